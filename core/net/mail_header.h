// The parts of a mail with a strict form: addresses, dates, message ids and header text beyond ASCII.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

// RFC 4648 §4, with padding: for encoded words, and for what a login says.
std::string base64(std::string_view bytes);

// A mailbox as SMTP and every provider take it: an unquoted local part in ASCII and a domain name or [address], at most
// 254 characters (RFC 5321 §4.1.2, without quoted strings and source routes). The domain may have letters beyond ASCII
// (core/net/idna.h). The whole text is checked: CR, LF, NUL, spaces, commas and angle brackets are refused, so an
// address never becomes two and never becomes a protocol line. The one rule for set-up, people, recipients and mail.
Result<void> check_mail_address(std::string_view text, const std::string& field);

// The same check; returns the address as protocol lines and headers carry it: ASCII, the domain in small letters.
Result<std::string> mail_address_for_wire(std::string_view text, const std::string& field);

// "Tue, 24 Nov 2026 09:15:02 +0000" (RFC 5322 §3.3).
std::string to_rfc5322(Instant at);

// One unstructured header, folded at 76 characters: "Subject: …". What is not printable ASCII becomes encoded words
// (RFC 2047, UTF-8, base64), cut between characters. Control characters become spaces, broken UTF-8 becomes U+FFFD: the
// result is one header for every input.
std::string header_line(std::string_view name, std::string_view text);

// "From: =?UTF-8?B?…?= <address>"; `address` comes from mail_address_for_wire.
std::string mailbox_header_line(std::string_view name, std::string_view display_name, std::string_view address);

// Text for one line: control characters (C0, DEL, C1, line and paragraph separators, the marks that turn the direction of
// text, and what takes no room) become spaces, broken UTF-8 U+FFFD; at most `characters_max` characters, then "…".
std::string flattened(std::string_view text, std::size_t characters_max = 300);

}  // namespace connlog
