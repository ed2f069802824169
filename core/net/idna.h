// Names of hosts beyond ASCII in the form that DNS and mail carry ("exämple.org" → "xn--exmple-cua.org"). No library of
// ours does that (libcurl is built without one), so the common part of IDNA is here: letters become small, full-width
// ones half-width, letters with separate marks become one letter, the four dots are dots; then Punycode (RFC 3492).
// "ß" and "ς" stay, as in IDNA 2008. Refused: symbols, emoji, invisible characters, marks that turn the line.
// Not covered: compositions of Indic scripts, Hangul and polytonic Greek, and the rules about right-to-left labels;
// such names are carried as they are typed. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace connlog {

// The domain in small ASCII letters, digits, hyphens and dots, at most 253. Empty: it is no name of a host.
std::string domain_to_ascii(std::string_view domain);

}  // namespace connlog
