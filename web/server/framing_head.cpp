#include "web/server/framing_head.h"

#include <array>
#include <vector>

#include <fmt/format.h>

namespace connlog::web {
namespace refusals {

const FramingRefusal kBareLineEnd{400, "Bad Request", "bad_framing", "Lines of a request end with CR LF, both."};
const FramingRefusal kNul{400, "Bad Request", "bad_framing",
                          "The request holds a NUL byte. Is this a TLS client on a plain port?"};
const FramingRefusal kManyBlankLines{400, "Bad Request", "bad_framing", "The request begins with blank lines."};
const FramingRefusal kRequestLine{400, "Bad Request", "bad_framing",
                                  "The request line is not `method target HTTP/1.1`."};
const FramingRefusal kVersion{505, "HTTP Version Not Supported", "bad_version",
                              "This server speaks HTTP/1.1 and HTTP/1.0."};
const FramingRefusal kFold{400, "Bad Request", "bad_framing", "A header is folded over several lines."};
const FramingRefusal kFieldName{400, "Bad Request", "bad_framing",
                                "A header's name is malformed, or space stands before its colon."};
const FramingRefusal kFieldValue{400, "Bad Request", "bad_framing", "A header's value holds a control character."};
const FramingRefusal kHost{400, "Bad Request", "bad_host", "The request must carry exactly one Host header."};
const FramingRefusal kLength{400, "Bad Request", "bad_framing", "Content-Length is not a number."};
const FramingRefusal kTwoLengths{400, "Bad Request", "bad_framing", "Content-Length is given twice."};
const FramingRefusal kBothLengths{400, "Bad Request", "bad_framing",
                                  "Content-Length and Transfer-Encoding are both given."};
const FramingRefusal kCoding{400, "Bad Request", "bad_framing", "Transfer-Encoding is malformed or given twice."};
const FramingRefusal kUnknownCoding{501, "Not Implemented", "unknown_transfer_coding",
                                    "The only transfer coding known here is chunked."};
const FramingRefusal kCodingInOldVersion{400, "Bad Request", "bad_framing", "HTTP/1.0 knows no Transfer-Encoding."};
const FramingRefusal kChunkLine{400, "Bad Request", "bad_framing", "A chunk's size line is malformed."};
const FramingRefusal kChunkEnd{400, "Bad Request", "bad_framing", "A chunk is longer or shorter than it says."};
const FramingRefusal kTrailer{400, "Bad Request", "bad_framing", "A trailer is malformed."};
const FramingRefusal kExpectation{417, "Expectation Failed", "bad_expectation",
                                  "The only expectation known here is 100-continue."};
const FramingRefusal kLargeHead{431, "Request Header Fields Too Large", "head_too_large",
                                "The request's headers are too large."};
const FramingRefusal kManyFields{431, "Request Header Fields Too Large", "too_many_headers",
                                 "The request has too many headers."};
const FramingRefusal kLargeBody{413, "Content Too Large", "body_too_large",
                                "The request's body is larger than the server accepts."};
const FramingRefusal kLateHead{408, "Request Timeout", "request_timeout", "The request did not arrive in time."};
const FramingRefusal kBusy{503, "Service Unavailable", "busy",
                           "The server holds as many connections as it may. Try again later."};

}  // namespace refusals

namespace {

using namespace refusals;

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kTokenCharacter = make_token_table();

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `each` for every non-empty element of a comma-separated list (RFC 9110 §5.6.1).
template <typename Each>
void for_each_element(std::string_view list, Each each) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trim(list.substr(0, comma));
    if (!element.empty()) each(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

const FramingRefusal* read_request_line(std::string_view line, HeadFacts& facts) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return &kRequestLine;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || target.empty()) return &kRequestLine;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f) return &kRequestLine;
  }
  const bool shaped = version.size() == 8 && version.substr(0, 5) == "HTTP/" && version[5] >= '0' &&
                      version[5] <= '9' && version[6] == '.' && version[7] >= '0' && version[7] <= '9';
  if (!shaped) return &kRequestLine;
  if (version == "HTTP/1.0") {
    facts.http_1_0 = true;
  } else if (version != "HTTP/1.1") {
    return &kVersion;
  }
  facts.head_only = method == "HEAD";
  return nullptr;
}

const FramingRefusal* read_length(std::string_view value, std::uint64_t& length) {
  if (value.find(',') != std::string_view::npos) return &kTwoLengths;  // "5, 5": a proxy may have joined two fields
  if (value.empty() || value.size() > 19) return value.size() > 19 ? &kLargeBody : &kLength;
  length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return &kLength;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return nullptr;
}

const FramingRefusal* read_coding(std::string_view value) {
  int chunked = 0;
  bool other = false;
  for_each_element(value, [&](std::string_view coding) {
    if (equals_ignoring_case(coding, "chunked")) {
      ++chunked;
    } else {
      other = true;
    }
  });
  if (other) return &kUnknownCoding;
  return chunked == 1 && equals_ignoring_case(value, "chunked") ? nullptr : &kCoding;
}

}  // namespace

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!kTokenCharacter[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

const FramingRefusal* check_field_line(std::string_view line, std::string_view& name, std::string_view& value) {
  if (line.front() == ' ' || line.front() == '\t') return &kFold;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return &kFieldName;
  name = line.substr(0, colon);
  value = trim(line.substr(colon + 1));
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return c == '\r' ? &kBareLineEnd : &kFieldValue;
  }
  return nullptr;
}

const FramingRefusal* read_head(std::string& head, const FramingLimits& limits, HeadFacts& facts) {
  std::vector<std::pair<std::size_t, std::size_t>> cuts;  // begin, length: lines to cut, meant for the framing alone
  const std::string_view text = head;
  std::size_t at = text.find("\r\n");
  if (const FramingRefusal* why = read_request_line(text.substr(0, at), facts)) return why;
  at += 2;

  int fields = 0, hosts = 0;
  bool has_length = false, says_close = false, says_keep_alive = false;
  while (true) {
    const std::size_t end = text.find("\r\n", at);
    const std::string_view line = text.substr(at, end - at);
    if (line.empty()) break;
    if (++fields > limits.max_fields) return &kManyFields;
    std::string_view name, value;
    if (const FramingRefusal* why = check_field_line(line, name, value)) return why;

    // Sorted by the length of the name, so that most fields cost one comparison.
    switch (name.size()) {
      case 4:
        if (equals_ignoring_case(name, "host")) ++hosts;
        break;
      case 6:
        if (equals_ignoring_case(name, "expect")) {
          if (!equals_ignoring_case(value, "100-continue")) return &kExpectation;
          facts.expects_continue = !facts.http_1_0;
          cuts.emplace_back(at, end + 2 - at);
        }
        break;
      case 7:
        if (equals_ignoring_case(name, "trailer")) cuts.emplace_back(at, end + 2 - at);
        break;
      case 10:
        if (equals_ignoring_case(name, "connection")) {
          for_each_element(value, [&](std::string_view option) {
            if (equals_ignoring_case(option, "close")) says_close = true;
            if (equals_ignoring_case(option, "keep-alive")) says_keep_alive = true;
          });
        }
        break;
      case 14:
        if (equals_ignoring_case(name, "content-length")) {
          if (has_length) return &kTwoLengths;
          if (facts.chunked) return &kBothLengths;
          if (const FramingRefusal* why = read_length(value, facts.length)) return why;
          has_length = true;
        }
        break;
      case 17:
        if (equals_ignoring_case(name, "transfer-encoding")) {
          if (has_length) return &kBothLengths;
          if (facts.chunked) return &kCoding;
          if (facts.http_1_0) return &kCodingInOldVersion;
          if (const FramingRefusal* why = read_coding(value)) return why;
          facts.chunked = true;
          cuts.emplace_back(at, end + 2 - at);
        }
        break;
      default:
        break;
    }
    at = end + 2;
  }
  if (hosts > 1 || (hosts == 0 && !facts.http_1_0)) return &kHost;
  if (facts.length > limits.max_body_bytes) return &kLargeBody;
  facts.keep_alive = !says_close && (!facts.http_1_0 || says_keep_alive);
  for (auto cut = cuts.rbegin(); cut != cuts.rend(); ++cut) head.erase(cut->first, cut->second);
  return nullptr;
}

std::string render(const FramingRefusal& refusal) {
  const std::string body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":"{}"}})",
                                       refusal.title, refusal.status, refusal.code, refusal.detail);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{}",
      refusal.status, refusal.title, body.size(), body);
}

}  // namespace connlog::web
