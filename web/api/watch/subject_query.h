// Which subjects a list is about, by its query: kind, state, tag, label ("env=prod", or "env" with any value), team, group,
// q, and sort. The same for lists of one kind. Any worker.
#pragma once

#include "core/watch/subject_filter.h"
#include "web/api/request_context.h"

namespace connlog::web {

inline constexpr std::string_view kSubjectQuery = "kind state tag label team group q sort limit after";
inline constexpr std::size_t kSubjectCursorCharactersMax = 600;  // it holds a name, or a time, and an id

Result<SubjectFilter> subject_filter_of(const Context&);
Result<SubjectFilter> subject_filter_without_kind(const Context&);  // where `kind` says something else
Result<SubjectOrder> subject_order_of(const Context&);  // by name, where the query does not say

}  // namespace connlog::web
