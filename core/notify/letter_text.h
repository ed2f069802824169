// What a letter looks like as a mail: text without HTML. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/notify/letter_store.h"
#include "core/notify/message.h"

namespace connlog {

inline constexpr std::size_t kParagraphsMax = 12;
inline constexpr std::size_t kParagraphCharactersMax = 1'000;

// A place on this appliance: "/reset#token=…". One leading slash ("//host" is another server), visible ASCII, no backslash.
Result<void> check_letter_place(std::string_view place);

// Paragraphs as they are stored: each flattened, a line each; empty ones are left out.
std::string letter_lines(const std::vector<std::string>& paragraphs);

// A name that somebody chose, for a mail to people who do not know them: no mail program makes a link of it, so nobody sends
// an address of theirs about in our name. "evil.example/prize" → "evil. example/prize".
std::string unlinked(std::string_view name);

// `place` is the link's, opened; empty: none. `public_url` without a slash at the end.
MailText render_letter(const PostedLetter& letter, std::string_view place, std::string_view public_url);

}  // namespace connlog
