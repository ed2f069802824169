// Fields that several kinds of check have, with the same words: the host, how a certificate is judged, which addresses.
// Constant data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/checks/check.h"
#include "core/checks/kinds/peer_trust.h"
#include "core/kinds/field.h"

namespace connlog {

inline constexpr Field kHostField{.name = "host",
                                  .label = "Host",
                                  .type = FieldType::text,
                                  .required = true,
                                  .help = "A name or an address.",
                                  .example = "db.example.org",
                                  .highest = 253,
                                  .address = true};
inline constexpr Field kTlsTrustField{.name = "tls_trust",
                                      .label = "Certificate is checked by",
                                      .type = FieldType::choice,
                                      .default_value = "system",
                                      .choices = kTlsTrustChoices};
inline constexpr Field kCaField{.name = "ca",
                                .label = "Certificate authority",
                                .type = FieldType::certificate,
                                .help = "Where the certificate is checked by authorities of your own: in PEM form.",
                                .example = "-----BEGIN CERTIFICATE-----"};
inline constexpr Field kPinField{
    .name = "pin",
    .label = "Public key (SHA-256)",
    .type = FieldType::text,
    .help = "Where the certificate is checked by a pin: the SHA-256 of the server's public key, or of the key of an "
            "authority that it sends, as 64 hex digits.",
    .highest = 64};
inline constexpr Field kFamilyField{.name = "family",
                                    .label = "Reached by",
                                    .type = FieldType::choice,
                                    .default_value = "any",
                                    .choices = kFamilyChoices};

// "host", "host:443", "192.0.2.1:443", "[2001:db8::1]:443", "2001:db8::1"; port 0 where none was given. Nothing: it is
// neither.
std::optional<CheckTarget> parse_place(std::string_view text);
// "host:25"; an IPv6 address in brackets.
std::string place_of(const CheckTarget& target);
// The text behind one of the words and a space, trimmed: "ping host" for "ping" gives "host". Nothing: another word.
std::optional<std::string_view> behind_word(std::string_view text, std::string_view word);

}  // namespace connlog
