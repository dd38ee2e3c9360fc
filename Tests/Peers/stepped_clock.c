// Shifts the time of day of a program that LD_PRELOAD loads this into, by the seconds in the file CLOCK_OFFSET_FILE.
//
// The file holds one int64_t. It stays mapped, so a write steps the clock of the running program. Monotonic clocks are
// left alone. libfaketime would not do: it shifts absolute timers of monotonic clocks too, and so all of libdispatch's.

#define _GNU_SOURCE
#include <fcntl.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t none = 0;
static const volatile int64_t *offset = &none;

__attribute__((constructor)) static void map_offset(void)
{
    const char *path = getenv("CLOCK_OFFSET_FILE");
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED)
        offset = page;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (syscall(SYS_clock_gettime, clock, now) != 0)
        return -1;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        now->tv_sec += *offset;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *copy)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (copy != NULL)
        *copy = now.tv_sec;
    return now.tv_sec;
}

// libdispatch computes the end of such a wait from the time of day, and the kernel's clock is not shifted.
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end)
{
    struct timespec unshifted = *end;
    unshifted.tv_sec -= *offset;
    return sem_clockwait(semaphore, CLOCK_REALTIME, &unshifted);
}
