#include "core/checks/json_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kPathBytesMax = 500;
constexpr std::size_t kSegmentsMax = 64;
constexpr std::int64_t kIndexMax = (std::int64_t{1} << 53) - 1;
constexpr std::size_t kShownBytes = 200;  // of an array or an object

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// Characters one after the other, with what JSON and JSONPath have in common: strings and their escapes.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::size_t place() const { return at_; }
  void go_to(std::size_t place) { at_ = place; }
  std::string_view from(std::size_t place) const { return text_.substr(place, at_ - place); }

  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }

  // What is between quotes, behind the first of them; `out` null: it is only checked.
  bool string_rest(char quote, std::string* out) {
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == quote) return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        if (out != nullptr) *out += c;
      } else if (!escape(quote, out)) {
        return false;
      }
    }
    return false;
  }

 private:
  bool escape(char quote, std::string* out) {
    if (at_end()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kFrom = "bfnrt/\\", kTo = "\b\f\n\r\t/\\";
    if (c == 'u') return unicode_escape(out);
    if (const std::size_t found = kFrom.find(c); found != std::string_view::npos) {
      if (out != nullptr) *out += kTo[found];
      return true;
    }
    if (c != quote) return false;
    if (out != nullptr) *out += c;
    return true;
  }

  bool four_digits(std::uint32_t& code) {
    if (text_.size() - at_ < 4) return false;
    code = 0;
    for (int digit = 0; digit < 4; ++digit) {
      const int value = hex_value(text_[at_++]);
      if (value < 0) return false;
      code = code * 16 + static_cast<std::uint32_t>(value);
    }
    return true;
  }

  bool unicode_escape(std::string* out) {
    std::uint32_t code = 0;
    if (!four_digits(code)) return false;
    if (code >= 0xdc00 && code <= 0xdfff) return false;
    if (code >= 0xd800 && code <= 0xdbff) {  // the other half follows
      std::uint32_t low = 0;
      if (!take("\\u") || !four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (out != nullptr) append_utf8(*out, code);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// ---- the query

bool is_name_first(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::optional<std::int64_t> index_of(Reader& reader) {
  const std::size_t begin = reader.place();
  const bool is_negative = reader.take('-');
  const char first = reader.peek();
  std::int64_t value = 0;
  if (!is_digit(first)) return std::nullopt;
  while (is_digit(reader.peek())) {
    value = value * 10 + (reader.peek() - '0');
    if (value > kIndexMax) return std::nullopt;
    reader.take(reader.peek());
  }
  // RFC 9535 §2.3.3.1: no leading zeros, no -0.
  if (first == '0' && reader.from(begin).size() > 1) return std::nullopt;
  return is_negative ? -value : value;
}

std::optional<JsonPath::Segment> bracketed(Reader& reader) {
  reader.skip_blanks();
  std::optional<JsonPath::Segment> segment;
  if (const char quote = reader.peek(); quote == '\'' || quote == '"') {
    std::string name;
    reader.take(quote);
    if (!reader.string_rest(quote, &name)) return std::nullopt;
    segment = std::move(name);
  } else {
    const auto index = index_of(reader);
    if (!index) return std::nullopt;
    segment = *index;
  }
  reader.skip_blanks();
  if (!reader.take(']')) return std::nullopt;
  return segment;
}

std::optional<JsonPath::Segment> shorthand(Reader& reader) {
  const std::size_t begin = reader.place();
  if (reader.at_end() || !is_name_first(reader.peek())) return std::nullopt;
  while (!reader.at_end() && (is_name_first(reader.peek()) || is_digit(reader.peek()))) reader.take(reader.peek());
  return JsonPath::Segment(std::string(reader.from(begin)));
}

// ---- the text

class Walk {
 public:
  Walk(std::string_view text, const std::vector<JsonPath::Segment>& segments)
      : reader_(text), segments_(segments) {}

  JsonFinding find() {
    reader_.skip_blanks();
    const std::size_t begin = reader_.place();
    if (!skip_value(1)) return failed();
    reader_.skip_blanks();
    if (!reader_.at_end()) return failed("there is more behind its end");
    reader_.go_to(begin);
    return {{}, descend()};
  }

 private:
  JsonFinding failed(std::string_view why = {}) const {
    if (!why.empty()) return {fmt::format("not JSON: {}", why), {}};
    if (is_deep_) return {fmt::format("JSON nested deeper than {} levels", kJsonDepthMax), {}};
    return {fmt::format("not JSON: broken at byte {}", reader_.place()), {}};
  }

  bool skip_value(int depth) {
    if (depth > kJsonDepthMax) {
      is_deep_ = true;
      return false;
    }
    switch (reader_.peek()) {
      case '{':
        return skip_members(depth);
      case '[':
        return skip_elements(depth);
      case '"':
        return reader_.take('"') && reader_.string_rest('"', nullptr);
      case 't':
        return reader_.take("true");
      case 'f':
        return reader_.take("false");
      case 'n':
        return reader_.take("null");
      default:
        return skip_number();
    }
  }

  bool skip_digits() {
    if (!is_digit(reader_.peek())) return false;
    while (is_digit(reader_.peek())) reader_.take(reader_.peek());
    return true;
  }

  bool skip_number() {
    reader_.take('-');
    if (!reader_.take('0') && !skip_digits()) return false;
    if (reader_.take('.') && !skip_digits()) return false;
    if (!reader_.take('e') && !reader_.take('E')) return true;
    if (!reader_.take('+')) reader_.take('-');
    return skip_digits();
  }

  bool skip_members(int depth) {
    reader_.take('{');
    reader_.skip_blanks();
    if (reader_.take('}')) return true;
    do {
      reader_.skip_blanks();
      if (!reader_.take('"') || !reader_.string_rest('"', nullptr)) return false;
      reader_.skip_blanks();
      if (!reader_.take(':')) return false;
      reader_.skip_blanks();
      if (!skip_value(depth + 1)) return false;
      reader_.skip_blanks();
    } while (reader_.take(','));
    return reader_.take('}');
  }

  bool skip_elements(int depth) {
    reader_.take('[');
    reader_.skip_blanks();
    if (reader_.take(']')) return true;
    do {
      reader_.skip_blanks();
      if (!skip_value(depth + 1)) return false;
      reader_.skip_blanks();
    } while (reader_.take(','));
    return reader_.take(']');
  }

  // From here on the text is known to be good, so nothing fails.
  std::optional<JsonNode> descend() {
    for (const JsonPath::Segment& segment : segments_) {
      const auto* name = std::get_if<std::string>(&segment);
      const bool is_there = name != nullptr ? to_member(*name) : to_element(std::get<std::int64_t>(segment));
      if (!is_there) return std::nullopt;
    }
    return node();
  }

  bool to_member(const std::string& wanted) {
    if (!reader_.take('{')) return false;
    std::optional<std::size_t> found;
    reader_.skip_blanks();
    if (reader_.take('}')) return false;
    do {
      reader_.skip_blanks();
      std::string name;
      reader_.take('"');
      reader_.string_rest('"', &name);
      reader_.skip_blanks();
      reader_.take(':');
      reader_.skip_blanks();
      if (name == wanted) found = reader_.place();
      skip_value(1);
      reader_.skip_blanks();
    } while (reader_.take(','));
    if (found) reader_.go_to(*found);
    return found.has_value();
  }

  bool to_element(std::int64_t wanted) {
    if (!reader_.take('[')) return false;
    reader_.skip_blanks();
    if (reader_.take(']')) return false;
    const std::size_t begin = reader_.place();
    if (wanted < 0) {
      wanted += elements();
      if (wanted < 0) return false;
      reader_.go_to(begin);
    }
    for (std::int64_t at = 0;; ++at) {
      reader_.skip_blanks();
      if (at == wanted) return true;
      skip_value(1);
      reader_.skip_blanks();
      if (!reader_.take(',')) return false;
    }
  }

  std::int64_t elements() {
    std::int64_t count = 0;
    do {
      reader_.skip_blanks();
      skip_value(1);
      reader_.skip_blanks();
      ++count;
    } while (reader_.take(','));
    return count;
  }

  JsonNode node() {
    using Type = JsonNode::Type;
    const std::size_t begin = reader_.place();
    const char first = reader_.peek();
    JsonNode node;
    if (first == '"') {
      reader_.take('"');
      reader_.string_rest('"', &node.value);
      node.type = Type::text;
      return node;
    }
    skip_value(1);
    const std::string_view written = reader_.from(begin);
    node.type = first == '{'                   ? Type::object
                : first == '['                 ? Type::array
                : first == 't' || first == 'f' ? Type::truth
                : first == 'n'                 ? Type::null
                                               : Type::number;
    const bool is_whole = node.type != Type::object && node.type != Type::array;
    node.value = is_whole ? std::string(written) : cut(written, kShownBytes);
    return node;
  }

  Reader reader_;
  const std::vector<JsonPath::Segment>& segments_;
  bool is_deep_ = false;
};

// An integer of any length: its digits without zeros in front.
struct WholeNumber {
  bool is_negative = false;
  std::string_view digits;
};
std::optional<WholeNumber> whole_number(std::string_view text) {
  WholeNumber number;
  number.is_negative = text.starts_with('-');
  if (number.is_negative) text.remove_prefix(1);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  number.digits = text;
  if (text.empty()) number.is_negative = false;
  return number;
}

int compared(const WholeNumber& a, const WholeNumber& b) {
  if (a.is_negative != b.is_negative) return a.is_negative ? -1 : 1;
  const bool same_length = a.digits.size() == b.digits.size();
  const int order = same_length ? a.digits.compare(b.digits) : a.digits.size() < b.digits.size() ? -1 : 1;
  const int sign = order < 0 ? -1 : order > 0 ? 1 : 0;
  return a.is_negative ? -sign : sign;
}

// Less than, equal to or greater than 0; nothing: they are not both numbers.
std::optional<int> compared(std::string_view a, std::string_view b) {
  const auto whole_a = whole_number(a), whole_b = whole_number(b);
  if (whole_a && whole_b) return compared(*whole_a, *whole_b);
  const auto number_a = json_number(a), number_b = json_number(b);
  if (!number_a || !number_b) return std::nullopt;
  return *number_a < *number_b ? -1 : *number_a > *number_b ? 1 : 0;
}

bool is_equal(const JsonNode& node, std::string_view wanted) {
  const bool may_be_number = node.type == JsonNode::Type::number || node.type == JsonNode::Type::text;
  if (const auto order = may_be_number ? compared(node.value, wanted) : std::nullopt) return *order == 0;
  return node.value == wanted;
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text, const std::string& field) {
  const Error wrong = invalid(
      field, "This is not a path to one value, such as $.status, $['a b'].c or $.items[0].name (RFC 9535, singular query).");
  if (text.size() > kPathBytesMax || !is_utf8(text)) return wrong;
  Reader reader(text);
  if (!reader.take('$')) return wrong;
  JsonPath path;
  for (;;) {
    const std::size_t behind = reader.place();
    reader.skip_blanks();
    if (reader.at_end() && reader.place() == behind) break;
    std::optional<Segment> segment;
    if (reader.take('['))
      segment = bracketed(reader);
    else if (reader.take('.'))
      segment = shorthand(reader);
    if (!segment) return wrong;
    if (path.segments_.size() == kSegmentsMax) return wrong;
    path.segments_.push_back(*std::move(segment));
  }
  return path;
}

JsonFinding find_json(std::string_view text, const JsonPath& path) {
  if (text.size() > kJsonBytesMax) return {fmt::format("longer than {} bytes", kJsonBytesMax), {}};
  if (!is_utf8(text)) return {"not JSON: it is not UTF-8", {}};
  return Walk(text, path.segments()).find();
}

std::optional<double> json_number(std::string_view text) {
  // from_chars takes "inf", "nan" and "1." too.
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  });
  if (!is_plain || text.empty() || text.back() == '.') return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool holds(const JsonNode& node, JsonCompare compare, std::string_view wanted) {
  const bool is_one_value = node.type != JsonNode::Type::array && node.type != JsonNode::Type::object;
  switch (compare) {
    case JsonCompare::exists:
      return true;
    case JsonCompare::contains:
      return node.value.find(wanted) != std::string::npos;
    case JsonCompare::equals:
      return is_one_value && is_equal(node, wanted);
    case JsonCompare::not_equals:
      return is_one_value && !is_equal(node, wanted);
    case JsonCompare::greater:
    case JsonCompare::less: {
      const auto order = is_one_value ? compared(node.value, wanted) : std::nullopt;
      return order && (compare == JsonCompare::greater ? *order > 0 : *order < 0);
    }
  }
  return false;
}

}  // namespace connlog
