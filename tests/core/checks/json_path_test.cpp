#include "core/checks/json_path.h"

#include <doctest/doctest.h>

namespace connlog {
namespace {

JsonPath path(std::string_view text) {
  auto parsed = JsonPath::parse(text, "fields.json_path");
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *std::move(parsed);
}

// The value, or "(none)", or what is wrong with the text.
std::string found(std::string_view text, std::string_view query) {
  const JsonFinding finding = find_json(text, path(query));
  if (!finding.trouble.empty()) return finding.trouble;
  return finding.node ? finding.node->value : "(none)";
}

bool compares(std::string_view text, JsonCompare compare, std::string_view wanted) {
  const JsonFinding finding = find_json(text, path("$"));
  REQUIRE(finding.node);
  return holds(*finding.node, compare, wanted);
}

}  // namespace

TEST_CASE("a singular query finds one value, by name and by place, from either end") {
  const std::string text =
      R"({"status":"ok","a b":{"c":[10,20,{"d":"deep"}]},"ünder_1":true,"q'\"":1.5e3,"none":null,"dup":1,"dup":2,"":"empty"})";
  CHECK(found(text, "$.status") == "ok");
  CHECK(found(text, "$['status']") == "ok");
  CHECK(found(text, R"($["a b"].c[0])") == "10");
  CHECK(found(text, "$['a b']['c'][-1].d") == "deep");
  CHECK(found(text, "$['a b'].c[-3]") == "10");
  CHECK(found(text, "$['a b'].c[-4]") == "(none)");
  CHECK(found(text, "$['a b'].c[3]") == "(none)");
  CHECK(found(text, "$.ünder_1") == "true");
  CHECK(found(text, R"($['q\'"'])") == "1.5e3");
  CHECK(found(text, "$.none") == "null");
  CHECK(found(text, "$.dup") == "2");
  CHECK(found(text, "$['']") == "empty");
  CHECK(found(text, "$ ['a b'] .c [ 1 ]") == "20");
  CHECK(found(text, "$.missing") == "(none)");
  CHECK(found(text, "$.status.more") == "(none)");
  CHECK(found(text, "$[0]") == "(none)");
  CHECK(found(" 7 ", "$") == "7");
  CHECK(found(R"({"x":[1, 2]})", "$.x") == "[1, 2]");
  CHECK(found(R"("A\u00e4\ud83d\ude00\n\/")", "$") == "Aä😀\n/");
}

TEST_CASE("what is no singular query is refused, and the field is named") {
  for (const char* text : {"", "status", "$.", "$..a", "$.*", "$[*]", "$[0,1]", "$[0:2]", "$[?@.a]", "$[01]", "$[-0]", "$['a'",
                           "$[\"a']", "$.1a", "$.a-b", "$ ", "$.a ", "$[9007199254740992]", "$['\\x']", "$['\\\"']",
                           "$['\\ud800']", "$.a\nb c", "@.a", "$[]", "$[ ]", "$['a'\x01]"}) {
    CAPTURE(std::string(text));
    const auto parsed = JsonPath::parse(text, "fields.json_path");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().field == "fields.json_path");
  }
  std::string deep = "$";
  for (int level = 0; level < 65; ++level) deep += "[0]";
  CHECK_FALSE(JsonPath::parse(deep, "p"));
  CHECK_FALSE(JsonPath::parse("$." + std::string(600, 'a'), "p"));
}

TEST_CASE("a text that is not strictly JSON is said to be none, wherever the value stands") {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "1e", "- 1", "nul", "True",
                           "[1 2]", "{\"a\" 1}", "{\"a\":1}x", "{\"a\":1}{\"a\":2}", "\"a\nb\"", "\"\\x\"", "\"\\ud800\"",
                           "\"\\u12\"", "\"abc", "[1", "<html>", "NaN", "\"\\'\"", "/*c*/1"}) {
    CAPTURE(std::string(text));
    CHECK(found(text, "$.a").starts_with("not JSON"));
  }
  CHECK(found("\"\xff\"", "$").find("UTF-8") != std::string::npos);
  // Behind the value it is looked at as well.
  CHECK(found(R"({"a":1,"b":nonsense})", "$.a").starts_with("not JSON"));
}

TEST_CASE("depth and length are bounded, and both bounds can be reached") {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
  };
  CHECK(found(nested(64), "$").starts_with("["));
  CHECK(found(nested(65), "$").find("64 levels") != std::string::npos);
  CHECK(found(nested(300'000), "$").find("64 levels") != std::string::npos);
  const std::string longest = "\"" + std::string(kJsonBytesMax - 2, 'a') + "\"";
  CHECK(found(longest, "$").size() == kJsonBytesMax - 2);
  CHECK(found(longest + " ", "$").find("longer than") != std::string::npos);
}

TEST_CASE("values are compared as numbers where both are, else as texts") {
  using enum JsonCompare;
  CHECK(compares("null", exists, ""));
  CHECK(compares("\"ok\"", equals, "ok"));
  CHECK_FALSE(compares("\"ok\"", equals, "OK"));
  CHECK(compares("\"ok\"", not_equals, "OK"));
  CHECK(compares("true", equals, "true"));
  CHECK(compares("1.50", equals, "1.5"));
  CHECK(compares("\"1.50\"", equals, "1.5"));
  CHECK(compares("100", equals, "1e2"));
  CHECK(compares("9007199254740993", greater, "9007199254740992"));
  CHECK_FALSE(compares("12345678901234567890", equals, "12345678901234567891"));
  CHECK(compares("12345678901234567890", less, "12345678901234567891"));
  CHECK(compares("-12345678901234567890", greater, "-12345678901234567891"));
  CHECK(compares("\"007\"", equals, "7"));
  CHECK(compares("-0", equals, "0"));
  CHECK(compares("7", greater, "6.9"));
  CHECK_FALSE(compares("7", greater, "7"));
  CHECK(compares("-3", less, "2"));
  CHECK(compares("\"12\"", less, "13"));
  CHECK_FALSE(compares("\"twelve\"", less, "13"));
  CHECK_FALSE(compares("null", greater, "-1"));
  CHECK_FALSE(compares("true", greater, "0"));
  CHECK(compares("\"all is ok here\"", contains, "is ok"));
  CHECK_FALSE(compares("\"all is ok here\"", contains, "is bad"));
  CHECK(compares("[1, 2]", contains, "2"));
  CHECK_FALSE(compares("[1, 2]", equals, "[1, 2]"));
  CHECK_FALSE(compares("[1, 2]", not_equals, "x"));
  CHECK_FALSE(json_number("inf"));
  CHECK_FALSE(json_number("0x10"));
  CHECK_FALSE(json_number("1."));
  CHECK_FALSE(json_number(""));
}

}  // namespace connlog
