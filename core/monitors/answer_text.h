// What a target answered, as people may see it: without our own secrets, should it repeat them, without what has the form
// of a secret, and as readable text. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/kinds/field.h"

namespace connlog {

inline constexpr std::size_t kShownAnswerBytes = 4'096;

// At most `bytes_max` bytes of UTF-8. Line feeds stay; other controls and what is no text become U+FFFD.
std::string shown_answer(std::string_view answer, const FieldSecrets& secrets,
                         std::size_t bytes_max = kShownAnswerBytes);

// Each line harmless (core/base/text.h); the line feeds stay.
std::string harmless_lines(std::string_view text);

}  // namespace connlog
