// Texts from outside that are stored and shown: names, tags, comments. They are checked whole, never line by line: a
// pattern with ^ and $ lets a second line through (threats 17). What passes may still be hostile where it is shown:
// HTML, JSON, mail headers and logs each escape for themselves. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace connlog {

// The text with ASCII letters in lower case: for comparing names that must differ by more than case.
std::string folded(std::string_view text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// Whether any C0, C1 or DEL is in it, or one of the Unicode characters that break or turn a line (U+2028, U+2029,
// U+202A–202E, U+2066–2069). `text` must be valid UTF-8.
bool has_control_character(std::string_view text);

// The text with every character that is not seen itself but changes how others are shown (controls, bidi marks, zero-width
// and other invisible ones), and every byte that is not UTF-8, as U+FFFD: for texts of machines, such as host names, in
// which such a character has no honest use.
std::string harmless(std::string_view text);

// Code points; `text` must be valid UTF-8.
std::size_t length_in_characters(std::string_view text);

// The beginning of a UTF-8 text: at most `bytes_max` bytes, cut between characters.
std::string cut(std::string_view text, std::size_t bytes_max);

// Trims spaces, then wants one line of `min` to `max` characters. The error names `field` and says `what` it is
// ("The rule's name").
Result<std::string> one_line(const std::string& field, const std::string& what, std::string_view text, std::size_t min,
                             std::size_t max);

// The same for several lines: line feeds are allowed, CRLF becomes LF.
Result<std::string> some_lines(const std::string& field, const std::string& what, std::string_view text,
                               std::size_t min, std::size_t max);

// "40 s", "5 min", "1 h 30 min", "2 d": at most two units, nothing below the second. ≥ 0.
std::string duration_text(std::int64_t seconds);

// 9350 → "93.5", 400 → "4", 425 → "4.25".
std::string decimal_text_x100(std::int64_t value_x100);

// A JSON string with its quotes. Invalid UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

// Lower-case hexadecimal, without a trace in timing (libsodium).
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace connlog
