// Renders a letter as a mail: text without HTML. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/notify/letter_store.h"
#include "core/notify/message.h"

namespace connlog {

inline constexpr std::size_t kParagraphsMax = 12;
inline constexpr std::size_t kParagraphCharactersMax = 1'000;

// Checks a path on this appliance, such as "/reset#token=…": one leading slash ("//host" is another server), visible
// ASCII, no backslash.
Result<void> check_letter_path(std::string_view path);

// Paragraphs as they are stored: one flattened line each; empty paragraphs are left out.
std::string letter_lines(const std::vector<std::string>& paragraphs);

// A name that a person chose, for a mail to people who do not know that person. Mail programs make no link of the
// result, so nobody can advertise a web address in our name. "evil.example/prize" → "evil. example/prize".
std::string unlinked(std::string_view name);

// `path`: the link's path, unsealed; empty: no link. `public_url`: without a slash at the end.
MailText render_letter(const PostedLetter& letter, std::string_view path, std::string_view public_url);

}  // namespace connlog
