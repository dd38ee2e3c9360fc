#pragma once
// What Swift's Glibc module leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// prctl takes any number of arguments, which Swift cannot pass.
static inline void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
