#pragma once
#include <hiredis/hiredis.h>
#include <pthread.h>
#include <signal.h>

// hiredis 0.14 writes without MSG_NOSIGNAL: on the threads that call it, a broken connection must be an error and no signal.
static inline void chiredis_block_sigpipe(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}
