#include "core/checks/kinds/dns_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/text.h"
#include "core/net/address_policy.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr std::uint16_t kTypes[] = {1, 28, 5, 15, 16, 2, 33, 12, 6, 257};
constexpr std::uint16_t kCname = 5, kOpt = 41, kInternet = 1;
constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kPacketMax = 1'232;  // what passes without fragments
constexpr int kPointersMax = 64, kRecordsMax = 500, kAliasesMax = 16;
constexpr std::size_t kValuesMax = 64;

void put_u16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value >> 8 & 0xff));
  out.push_back(static_cast<char>(value & 0xff));
}

class Reader {
 public:
  explicit Reader(std::string_view packet, std::size_t at = 0) : packet_(packet), at_(at) {}

  bool is_good() const { return is_good_; }
  std::size_t at() const { return at_; }
  std::size_t left(std::size_t end) const { return at_ < end ? end - at_ : 0; }

  std::uint32_t number(int bytes) {
    if (packet_.size() - std::min(at_, packet_.size()) < static_cast<std::size_t>(bytes)) {
      is_good_ = false;
      return 0;
    }
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint8_t>(packet_[at_++]);
    return value;
  }
  std::string_view bytes(std::size_t count) {
    if (packet_.size() - std::min(at_, packet_.size()) < count) {
      is_good_ = false;
      return {};
    }
    const std::string_view out = packet_.substr(at_, count);
    at_ += count;
    return out;
  }

  // In small letters, without a dot at its end; the root is ".". Pointers lead backwards alone, so they end.
  std::string name() {
    std::string out;
    std::size_t at = at_, lowest = at_;
    bool has_jumped = false;
    for (int steps = 0;; ++steps) {
      if (at >= packet_.size() || steps > kPointersMax + 128) return broken();
      const auto length = static_cast<std::uint8_t>(packet_[at]);
      if ((length & 0xc0) == 0xc0) {
        if (at + 1 >= packet_.size()) return broken();
        const std::size_t to = static_cast<std::size_t>(length & 0x3f) << 8 | static_cast<std::uint8_t>(packet_[at + 1]);
        if (!has_jumped) at_ = at + 2;
        has_jumped = true;
        if (to >= lowest) return broken();
        lowest = at = to;
        continue;
      }
      if (length > 63) return broken();
      if (length == 0) {
        if (!has_jumped) at_ = at + 1;
        return out.empty() ? "." : out;
      }
      if (at + 1 + length > packet_.size() || out.size() + length > 1'020) return broken();
      if (!out.empty()) out.push_back('.');
      for (const char c : packet_.substr(at + 1, length)) add_letter(out, c);
      at += 1U + length;
    }
  }

 private:
  std::string broken() {
    is_good_ = false;
    return {};
  }
  static void add_letter(std::string& out, char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '.' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte <= 0x20 || byte >= 0x7f) {
      out += fmt::format("\\{:03}", byte);
    } else {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
  }

  std::string_view packet_;
  std::size_t at_;
  bool is_good_ = true;
};

std::string address_value(Reader& reader, bool is_v6) {
  IpAddress address;
  address.v6 = is_v6;
  const std::string_view bytes = reader.bytes(is_v6 ? 16 : 4);
  std::memcpy(address.bytes.data(), bytes.data(), bytes.size());
  return to_text(address);
}

std::string text_value(Reader& reader, std::size_t end) {
  std::string text;
  while (reader.is_good() && reader.left(end) > 0) {
    const std::size_t length = reader.number(1);
    if (length > reader.left(end)) {
      reader.bytes(65'536);  // beyond its record: broken
      break;
    }
    text += reader.bytes(length);
  }
  return harmless(text);
}

std::string caa_value(Reader& reader, std::size_t end) {
  const std::uint32_t flags = reader.number(1);
  const std::size_t length = reader.number(1);
  if (length > reader.left(end)) {
    reader.bytes(65'536);
    return {};
  }
  const std::string tag = harmless(reader.bytes(length));
  const std::string value = harmless(reader.bytes(reader.left(end)));
  return fmt::format("{} {} \"{}\"", flags, tag, value);
}

std::string value_of(Reader& reader, std::uint16_t type, std::size_t end) {
  switch (type) {
    case 1:
      return address_value(reader, false);
    case 28:
      return address_value(reader, true);
    case 2:
    case 5:
    case 12:
      return reader.name();
    case 15: {
      const std::uint32_t preference = reader.number(2);
      return fmt::format("{} {}", preference, reader.name());
    }
    case 16:
      return text_value(reader, end);
    case 33: {
      const std::uint32_t priority = reader.number(2), weight = reader.number(2), port = reader.number(2);
      return fmt::format("{} {} {} {}", priority, weight, port, reader.name());
    }
    case 6: {
      const std::string server = reader.name(), mail = reader.name();
      const std::uint32_t serial = reader.number(4), refresh = reader.number(4), retry = reader.number(4),
                          expire = reader.number(4), least = reader.number(4);
      return fmt::format("{} {} {} {} {} {} {}", server, mail, serial, refresh, retry, expire, least);
    }
    case 257:
      return caa_value(reader, end);
    default:
      return {};
  }
}

struct Record {
  std::string owner;
  std::uint16_t type = 0;
  std::string value;
};

// The records of the type, and the aliases. False: it breaks off.
bool read_records(Reader& reader, std::uint32_t count, std::uint16_t type, std::string_view packet,
                  std::vector<Record>& out) {
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i >= kRecordsMax) return false;
    Record record;
    record.owner = reader.name();
    record.type = static_cast<std::uint16_t>(reader.number(2));
    const std::uint32_t kind = reader.number(2);
    reader.number(4);  // how long it holds
    const std::size_t length = reader.number(2);
    if (!reader.is_good() || packet.size() - reader.at() < length) return false;
    const std::size_t end = reader.at() + length;
    if (kind == kInternet && (record.type == type || record.type == kCname)) {
      Reader inside(packet.substr(0, end), reader.at());
      // Names in it may point to before it, so it reads the packet from its beginning.
      record.value = value_of(inside, record.type, end);
      if (!inside.is_good() || inside.at() != end) return false;
      out.push_back(std::move(record));
    }
    reader.bytes(length);
  }
  return reader.is_good();
}

std::string reversed(const IpAddress& address) {
  std::string out;
  if (!address.v6) {
    for (int i = 3; i >= 0; --i) out += fmt::format("{}.", address.bytes[static_cast<std::size_t>(i)]);
    return out + "in-addr.arpa";
  }
  for (int i = 15; i >= 0; --i) {
    const unsigned byte = address.bytes[static_cast<std::size_t>(i)];
    out += fmt::format("{:x}.{:x}.", byte & 0xf, byte >> 4);
  }
  return out + "ip6.arpa";
}

bool has_good_labels(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t length = 0;
  for (const char c : name) {
    if (c == '.') {
      if (length == 0) return false;
      length = 0;
      continue;
    }
    const bool is_good =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*' || c == '/';
    if (!is_good || ++length > 63) return false;
  }
  return length > 0;
}

}  // namespace

std::uint16_t dns_type(std::string_view record) {
  const auto found = std::ranges::find(kDnsRecords, record);
  return found == std::end(kDnsRecords) ? std::uint16_t{0} : kTypes[found - std::begin(kDnsRecords)];
}

Result<std::string> dns_name(const std::string& field, std::string_view text, std::string_view record) {
  IpAddress address;
  if (parse_ip(text, address)) {
    if (record == "PTR") return reversed(address);
    return invalid(field, "Only PTR records are asked by an address; give a name.");
  }
  if (text == ".") return std::string(".");
  std::string name = folded(text);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  // Names of services have underscores, which names of hosts have not.
  if (!has_good_labels(name)) name = domain_to_ascii(name);
  if (!has_good_labels(name))
    return invalid(field, "This is not a name that a name server can be asked for, such as example.org.");
  return name;
}

std::string dns_question(std::uint16_t id, std::string_view name, std::uint16_t type) {
  std::string out;
  put_u16(out, id);
  put_u16(out, 0x0100);  // please recurse
  put_u16(out, 1);
  put_u16(out, 0);
  put_u16(out, 0);
  put_u16(out, 1);
  while (!name.empty() && name != ".") {
    const std::string_view label = name.substr(0, name.find('.'));
    out.push_back(static_cast<char>(label.size()));
    out += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  out.push_back('\0');
  put_u16(out, type);
  put_u16(out, kInternet);
  // EDNS: how much fits into the answer.
  out.push_back('\0');
  put_u16(out, kOpt);
  put_u16(out, kPacketMax);
  out += std::string(6, '\0');
  return out;
}

std::optional<DnsAnswer> read_dns_answer(std::string_view packet, std::uint16_t id, std::string_view name,
                                         std::uint16_t type) {
  Reader reader(packet);
  const std::uint32_t their_id = reader.number(2), flags = reader.number(2), questions = reader.number(2),
                      answers = reader.number(2);
  reader.number(4);
  if (!reader.is_good() || packet.size() < kHeaderBytes || their_id != id || (flags & 0xf800) != 0x8000)
    return std::nullopt;
  DnsAnswer answer;
  answer.code = static_cast<int>(flags & 0xf);
  answer.is_truncated = (flags & 0x0200) != 0;
  // A server that cannot read a question may leave it out.
  if (questions == 0 && answer.code != 0) return answer;
  if (questions != 1) return std::nullopt;
  const std::string asked = reader.name();
  const std::uint32_t asked_type = reader.number(2), asked_class = reader.number(2);
  if (!reader.is_good() || asked != name || asked_type != type || asked_class != kInternet) return std::nullopt;
  std::vector<Record> records;
  answer.is_whole = read_records(reader, answers, type, packet, records);
  if (!answer.is_whole) return answer;
  std::string owner(name);
  if (type != kCname) {
    for (int i = 0; i < kAliasesMax; ++i) {
      const auto alias = std::ranges::find_if(
          records, [&](const Record& record) { return record.type == kCname && record.owner == owner; });
      if (alias == records.end()) break;
      owner = alias->value;
    }
  }
  for (Record& record : records) {
    if (record.type == type && record.owner == owner && answer.values.size() < kValuesMax)
      answer.values.push_back(std::move(record.value));
  }
  return answer;
}

std::string dns_code_text(int code) {
  switch (code) {
    case 1:
      return "it could not read the question";
    case 2:
      return "failure of the server (SERVFAIL)";
    case 3:
      return "no such name (NXDOMAIN)";
    case 4:
      return "it does not know this kind of question";
    case 5:
      return "refused (REFUSED)";
    default:
      return fmt::format("code {}", code);
  }
}

std::string dns_comparable(std::string_view value, std::string_view record) {
  std::string out;
  bool was_space = true;
  for (const char c : value) {
    if (c == '"') continue;
    const bool is_space = c == ' ' || c == '\t';
    if (is_space && was_space && record != "TXT") continue;
    was_space = is_space;
    out.push_back(is_space ? ' ' : c);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  IpAddress address;
  if (parse_ip(out, address)) return to_text(address);
  if (record == "TXT") return out;
  out = folded(out);
  if (out.size() > 1 && out.ends_with('.')) out.pop_back();
  for (std::size_t at = out.find(". "); at != std::string::npos; at = out.find(". ", at)) out.erase(at, 1);
  return out;
}

}  // namespace connlog
