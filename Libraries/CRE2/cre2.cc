#include "cre2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace {

RE2::Options options(bool case_sensitive, int64_t memory_limit) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(case_sensitive);
    options.set_max_mem(memory_limit);
    return options;
}

RE2::Anchor anchor_of(cre2_anchor anchor) {
    return anchor == cre2_anchor_start ? RE2::ANCHOR_START : RE2::ANCHOR_BOTH;
}

// Swift cannot catch C++ exceptions, std::bad_alloc above all: one that escapes this file would end the process.
template <typename Result, typename Body>
Result catching(Result failure, Body body) noexcept {
    try {
        return body();
    } catch (...) {
        return failure;
    }
}

}  // namespace

struct cre2_pattern {
    RE2 expression;

    cre2_pattern(re2::StringPiece source, const RE2::Options &options) : expression(source, options) {}
};

struct cre2_set {
    RE2::Set set;

    cre2_set(const RE2::Options &options, RE2::Anchor anchor) : set(options, anchor) {}
};

cre2_pattern *cre2_compile(const char *source, size_t length, bool case_sensitive, int64_t memory_limit) {
    return catching<cre2_pattern *>(nullptr, [&] {
        return new cre2_pattern(re2::StringPiece(source, length), options(case_sensitive, memory_limit));
    });
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_program_size(const cre2_pattern *pattern) { return pattern->expression.ProgramSize(); }

cre2_fault cre2_fault_of(const cre2_pattern *pattern) {
    switch (pattern->expression.error_code()) {
        case RE2::NoError:
            return cre2_fault_none;
        case RE2::ErrorPatternTooLarge:
            return cre2_fault_too_large;
        default:
            return cre2_fault_syntax;
    }
}

const char *cre2_fault_message(const cre2_pattern *pattern) { return pattern->expression.error().c_str(); }

const char *cre2_fault_fragment(const cre2_pattern *pattern) { return pattern->expression.error_arg().c_str(); }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

const char *cre2_group_name(const cre2_pattern *pattern, int group) {
    return catching<const char *>(nullptr, [&]() -> const char * {
        const auto &names = pattern->expression.CapturingGroupNames();
        const auto found = names.find(group);
        return found == names.end() ? nullptr : found->second.c_str();
    });
}

cre2_outcome cre2_match(const cre2_pattern *pattern, const char *text, size_t length, cre2_anchor anchor,
                        cre2_span *spans, int count) {
    return catching(cre2_out_of_memory, [&] {
        if (text == nullptr) text = "";  // an empty text may have no address, which RE2 would take for a group without part
        std::vector<re2::StringPiece> groups(static_cast<size_t>(count));
        const re2::StringPiece piece(text, length);
        if (!pattern->expression.Match(piece, 0, length, anchor_of(anchor), groups.data(), count)) return cre2_no_match;
        for (int index = 0; index < count; index++) {
            const re2::StringPiece &group = groups[static_cast<size_t>(index)];
            const ptrdiff_t begin = group.data() == nullptr ? -1 : group.data() - text;
            spans[index] = {begin, begin < 0 ? -1 : begin + static_cast<ptrdiff_t>(group.size())};
        }
        return cre2_matched;
    });
}

cre2_set *cre2_set_compile(const char *const *sources, const size_t *lengths, size_t count, cre2_anchor anchor,
                           bool case_sensitive, int64_t memory_limit) {
    return catching<cre2_set *>(nullptr, [&]() -> cre2_set * {
        auto set = std::make_unique<cre2_set>(options(case_sensitive, memory_limit), anchor_of(anchor));
        for (size_t index = 0; index < count; index++) {
            if (set->set.Add(re2::StringPiece(sources[index], lengths[index]), nullptr) < 0) return nullptr;
        }
        return set->set.Compile() ? set.release() : nullptr;
    });
}

void cre2_set_free(cre2_set *set) { delete set; }

ptrdiff_t cre2_set_match(const cre2_set *set, const char *text, size_t length, int *matches, size_t capacity) {
    return catching<ptrdiff_t>(-1, [&]() -> ptrdiff_t {
        std::vector<int> found;
        RE2::Set::ErrorInfo error{};
        if (!set->set.Match(re2::StringPiece(text, length), capacity == 0 ? nullptr : &found, &error)) {
            return error.kind == RE2::Set::kNoError ? 0 : -1;
        }
        if (capacity == 0) return 1;
        std::copy_n(found.begin(), std::min(capacity, found.size()), matches);
        return static_cast<ptrdiff_t>(found.size());
    });
}
