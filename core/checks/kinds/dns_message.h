// Questions to name servers and their answers, for the check of kind "dns" (RFC 1035; RFC 2782 SRV, RFC 3596 AAAA, RFC 8659
// CAA, RFC 6891 EDNS). A strict reader of what comes from outside: every length is checked, compressed names may only point
// backwards, and what does not answer the question is no answer. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace connlog {

inline constexpr std::string_view kDnsRecords[] = {"A", "AAAA", "CNAME", "MX", "TXT", "NS", "SRV", "PTR", "SOA", "CAA"};
std::uint16_t dns_type(std::string_view record);  // 0: not one of them

// The name as it is asked for, without a dot at its end: small letters, beyond ASCII in its form for DNS; for PTR an address
// becomes its name under in-addr.arpa or ip6.arpa. Errors name `field`.
Result<std::string> dns_name(const std::string& field, std::string_view text, std::string_view record);

std::string dns_question(std::uint16_t id, std::string_view name, std::uint16_t type);

struct DnsAnswer {
  int code = 0;               // RFC 1035 §4.1.1: 0 good, 2 failure, 3 no such name, 5 refused
  bool is_truncated = false;  // to be asked again over TCP
  bool is_whole = true;       // false: it breaks off, or a length in it is wrong
  std::vector<std::string> values = {};  // of the type, as texts: "10 mail.example.org"
};
// Nothing: it is no answer to this question.
std::optional<DnsAnswer> read_dns_answer(std::string_view packet, std::uint16_t id, std::string_view name,
                                         std::uint16_t type);

// "no such name"
std::string dns_code_text(int code);
// A value as it is compared: without quotes and without dots at the end of names; in small letters, but for TXT.
std::string dns_comparable(std::string_view value, std::string_view record);

}  // namespace connlog
