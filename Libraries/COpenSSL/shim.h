#pragma once
// SHA256_Init and its like count as deprecated since OpenSSL 3.0 in favour of EVP, whose contexts live on the heap; the
// state as a plain value is what makes a keyed HMAC cheap (see HMACSHA256.swift for the figures).
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

// Macros that call EVP_CIPHER_CTX_ctrl, with a name that Swift can see.
static inline int copenssl_gcm_tag(EVP_CIPHER_CTX *context, void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag);
}
static inline int copenssl_gcm_expect_tag(EVP_CIPHER_CTX *context, void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag);
}
