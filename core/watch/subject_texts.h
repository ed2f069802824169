// Checks of what people and programs write about a subject: key, notes, tags, labels. The errors name the field and say
// what is allowed. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/watch/subject.h"

namespace connlog {

// Empty, or 1–64 of a–z, 0–9, '.', '_' and '-'.
Result<void> check_subject_key(std::string_view key);
Result<std::string> checked_notes(std::string_view notes);                            // several lines, trimmed
// The address of a page that says what to do: empty, or https. The error's field is "runbook".
Result<std::string> checked_runbook(std::string_view address);
Result<std::vector<std::string>> checked_tags(const std::vector<std::string>& tags);  // trimmed, sorted, each once
Result<std::vector<Label>> checked_labels(const std::vector<Label>& labels);          // sorted by key
// The error names `field`.
Result<Label> checked_label(std::string_view field, std::string_view key, std::string_view value);

}  // namespace connlog
