#pragma once

// The part of RE2 (github.com/google/re2) that Patterns needs, without C++ in the interface.
// Everything is safe to share between threads; texts are UTF-8 and need no terminating zero. No C++ exception escapes:
// where memory runs out, each function says so in its result.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A compiled pattern, or what is wrong with it.
typedef struct cre2_pattern cre2_pattern;

typedef enum cre2_fault {
    cre2_fault_none,
    cre2_fault_syntax,
    cre2_fault_too_large,
} cre2_fault;

// Where a group lies, in bytes; start is -1 for a group that took no part.
typedef struct cre2_span {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_span;

// Compiles a pattern; free the result with cre2_free. NULL when memory ran out.
cre2_pattern *cre2_compile(const char *source, size_t length, bool case_sensitive, int64_t memory_limit);
void cre2_free(cre2_pattern *pattern);

// The number of instructions in the compiled program: the most that one character of a text can cost.
int cre2_program_size(const cre2_pattern *pattern);

cre2_fault cre2_fault_of(const cre2_pattern *pattern);
// RE2's words for the fault, and the piece of the pattern that it blames; both live as long as the pattern.
const char *cre2_fault_message(const cre2_pattern *pattern);
const char *cre2_fault_fragment(const cre2_pattern *pattern);

// How many groups there are beside the whole match, which is group 0.
int cre2_group_count(const cre2_pattern *pattern);
// NULL for a group without a name.
const char *cre2_group_name(const cre2_pattern *pattern, int group);

// Where a match has to lie.
typedef enum cre2_anchor {
    cre2_anchor_start,
    cre2_anchor_both,
} cre2_anchor;

typedef enum cre2_outcome {
    cre2_no_match,
    cre2_matched,
    cre2_out_of_memory,
} cre2_outcome;

// Looks for a match; fills in `count` spans if there is one.
cre2_outcome cre2_match(const cre2_pattern *pattern, const char *text, size_t length, cre2_anchor anchor,
                        cre2_span *spans, int count);

// Many patterns that are matched in one pass.
typedef struct cre2_set cre2_set;

// NULL when the patterns together need more memory than the limit. Each must have compiled alone.
cre2_set *cre2_set_compile(const char *const *sources, const size_t *lengths, size_t count, cre2_anchor anchor,
                           bool case_sensitive, int64_t memory_limit);
void cre2_set_free(cre2_set *set);
// Which patterns match: their number, the first `capacity` of them in `matches`; with a capacity of 0, 1 for any at all.
// -1 when the set's memory limit or the process's memory does not suffice for this text.
ptrdiff_t cre2_set_match(const cre2_set *set, const char *text, size_t length, int *matches, size_t capacity);

#ifdef __cplusplus
}
#endif
