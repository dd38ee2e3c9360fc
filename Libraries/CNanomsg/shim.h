#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <nanomsg/ipc.h>
#include <nanomsg/nn.h>
#include <nanomsg/pubsub.h>
#include <nanomsg/reqrep.h>
#include <nanomsg/tcp.h>

// Macros built from other macros do not reach Swift; these names do.
enum { CNN_REQ = NN_REQ, CNN_REP = NN_REP, CNN_PUB = NN_PUB, CNN_SUB = NN_SUB, CNN_SUB_SUBSCRIBE = NN_SUB_SUBSCRIBE };

// The longest SP header taken: eight 32-bit words, which is nanomsg's own limit of hops.
enum { CNN_HEADER_MAX = 36 };

// One control message that holds an SP header, laid out as NN_CMSG_* would.
struct cnn_control {
    struct nn_cmsghdr head;
    size_t size;
    unsigned char bytes[CNN_HEADER_MAX];
};

// Sends the pieces as one message behind the SP header, without waiting. nanomsg copies them.
static inline int cnn_send(int socket, const void *header, size_t header_size, struct nn_iovec *pieces, int count) {
    struct cnn_control control;
    struct nn_msghdr message = {pieces, count, NULL, 0};
    if (header_size > sizeof control.bytes) {
        errno = EINVAL;
        return -1;
    }
    if (header_size > 0) {
        memset(&control, 0, sizeof control);
        control.head.cmsg_len = NN_CMSG_LEN(sizeof(size_t) + header_size);
        control.head.cmsg_level = PROTO_SP;
        control.head.cmsg_type = SP_HDR;
        control.size = header_size;
        memcpy(control.bytes, header, header_size);
        message.msg_control = &control;
        message.msg_controllen = NN_CMSG_SPACE(sizeof(size_t) + header_size);
    }
    return nn_sendmsg(socket, &message, NN_DONTWAIT);
}

// Takes the next message without waiting. `*body` is nanomsg's until nn_freemsg; `header` has CNN_HEADER_MAX bytes, and
// `*header_size` stays 0 when there is no SP header or a longer one. A control buffer on the stack spares an allocation.
static inline int cnn_receive(int socket, void **body, unsigned char *header, size_t *header_size) {
    struct cnn_control control;
    struct nn_iovec piece = {body, NN_MSG};
    struct nn_msghdr message = {&piece, 1, &control, sizeof control};
    memset(&control, 0, sizeof control.head + sizeof control.size);
    *header_size = 0;
    int size = nn_recvmsg(socket, &message, NN_DONTWAIT);
    if (size >= 0 && control.head.cmsg_level == PROTO_SP && control.head.cmsg_type == SP_HDR &&
        control.size <= sizeof control.bytes) {
        *header_size = control.size;
        memcpy(header, control.bytes, control.size);
    }
    return size;
}
