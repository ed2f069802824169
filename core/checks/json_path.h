// One value out of a JSON text by a singular query of RFC 9535: "$.status", "$['a b'][0].c", "$.items[-1]". The text is
// hostile: it is read strictly (RFC 8259, UTF-8, nothing behind it), at most 1 MiB and 64 levels deep, in time linear in
// its length, and nothing is built of it but the value asked for. Of members with one name the last counts. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/words.h"

namespace connlog {

inline constexpr std::size_t kJsonBytesMax = 1'048'576;
inline constexpr int kJsonDepthMax = 64;

class JsonPath {
 public:
  // Errors name `field`.
  static Result<JsonPath> parse(std::string_view text, const std::string& field);

  using Segment = std::variant<std::string, std::int64_t>;  // a member's name, or an index; a negative one from the end
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;
};

struct JsonNode {
  enum class Type : std::uint8_t { null, truth, number, text, array, object };
  Type type = Type::null;
  // text: without its quotes and escapes; number, truth: as written; array and object: as written, at most 200 bytes.
  std::string value = {};
};

struct JsonFinding {
  std::string trouble = {};         // not empty: this is no JSON, or beyond the bounds. "not JSON: … at byte 17"
  std::optional<JsonNode> node = {};  // nothing: there is no such value
};
JsonFinding find_json(std::string_view text, const JsonPath& path);

// How the value found is compared with a text that people gave.
enum class JsonCompare : std::uint8_t { exists, equals, not_equals, contains, greater, less };
template <>
inline constexpr auto kWords<JsonCompare> = words_for<JsonCompare>({
    {JsonCompare::exists, "exists"},
    {JsonCompare::equals, "equals"},
    {JsonCompare::not_equals, "not_equals"},
    {JsonCompare::contains, "contains"},
    {JsonCompare::greater, "greater"},
    {JsonCompare::less, "less"},
});
// Numbers are compared as numbers, also where one is a text ("12.50"); everything else by its text. `greater` and `less`
// hold for numbers alone. Of arrays and objects only `exists` and `contains` (in the text as written) can hold.
bool holds(const JsonNode& node, JsonCompare compare, std::string_view wanted);

// The text as a number, if the whole of it is one as JSON writes them.
std::optional<double> json_number(std::string_view text);

}  // namespace connlog
