// Lists and pasted addresses: what each line becomes, what is said of those that cannot be read, and that no password stays
// where people can read it.
#include "core/monitors/monitor_import.h"

#include <doctest/doctest.h>

#include "core/monitors/monitor_paste.h"

using namespace connlog;

namespace {

std::vector<ImportedMonitor> read(ImportFormat format, std::string_view text) {
  auto items = read_import(all_checks(), format, text);
  REQUIRE(items);
  return *std::move(items);
}

std::string given(const ImportedMonitor& item, std::string_view name) {
  const GivenField* field = item.wanted.settings.fields == nullptr ? nullptr : item.wanted.settings.fields->find(name);
  return field == nullptr ? std::string() : std::string(field->text.reveal());
}

const CheckKind& kind(std::string_view word) {
  const CheckKind* found = all_checks().find(word);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("one address a line is read, comments and empty lines are passed over, and the rest is said") {
  const auto items = read(ImportFormat::lines, "# our sites\n\nhttps://www.example.org/health\r\nwhat is this?\n");
  REQUIRE(items.size() == 2);
  CHECK(items[0].line == 3);
  CHECK(items[0].trouble.empty());
  CHECK(items[0].wanted.check == "http");
  CHECK(items[0].wanted.name == "www.example.org");
  CHECK(given(items[0], "url") == "https://www.example.org/health");
  CHECK(items[1].line == 4);
  CHECK_FALSE(items[1].trouble.empty());
}

TEST_CASE("a CSV is read by its header, with quotation marks, numbers and tags") {
  const auto items = read(ImportFormat::csv,
                          "name,url,host,port,tags,interval_seconds\r\n"
                          "\"Shop, front\",https://shop.example.org,,,web;prod,30\r\n"
                          "Database,,db,5432,,\r\n"
                          "Broken,,db,many,,\r\n"
                          ",,,,,\r\n");
  REQUIRE(items.size() == 4);
  CHECK(items[0].wanted.name == "Shop, front");
  CHECK(items[0].wanted.tags == std::vector<std::string>{"web", "prod"});
  REQUIRE(items[0].wanted.settings.own.interval_seconds.has_value());
  CHECK(items[0].wanted.settings.own.interval_seconds->value() == 30);
  CHECK(items[1].wanted.check == "tcp");
  CHECK(items[1].values.number("port") == 5432);
  CHECK(items[2].trouble.find("port") != std::string::npos);
  CHECK_FALSE(items[3].trouble.empty());
}

TEST_CASE("a CSV without a header, with an open quotation mark or an unknown column is refused or said") {
  CHECK(read_import(all_checks(), ImportFormat::csv, "https://example.org\n").error().field == "text");
  CHECK(read_import(all_checks(), ImportFormat::csv, "url,name\n\"https://example.org,x\n").error().field == "text");
  const auto items = read(ImportFormat::csv, "url,colour\nhttps://example.org,red\n");
  REQUIRE(items.size() == 1);
  CHECK(items[0].trouble.find("colour") != std::string::npos);
  std::string many;
  for (std::size_t i = 0; i <= kImportMax; ++i) many += "https://example.org\n";
  CHECK(read_import(all_checks(), ImportFormat::lines, many).error().field == "text");
}

TEST_CASE("a password in an address goes into its own field, and is in no value") {
  GivenFields wanted;
  wanted.text("url", "https://ann:p%40ss@www.example.org/x");
  const auto moved = move_credentials(kind("http"), wanted);
  REQUIRE(moved);
  CHECK(*moved == std::vector<std::string>{"username", "password"});
  CHECK(wanted.find("url")->text.reveal() == "https://www.example.org/x");
  CHECK(wanted.find("username")->text.reveal() == "ann");
  CHECK(wanted.find("password")->text.reveal() == "p@ss");
  CHECK(wanted.find("auth")->text.reveal() == "basic");

  wanted.text("url", "https://bob:other@www.example.org/x");
  const auto twice = move_credentials(kind("http"), wanted);
  REQUIRE_FALSE(twice);
  CHECK(twice.error().field == "fields.url");
}

TEST_CASE("a secret that everybody could read is refused, with the field and the place for it") {
  const auto refused = [](const FieldValues& values) {
    const auto checked = refuse_readable_secrets(kind("http"), values);
    return checked ? std::string() : checked.error().field;
  };
  FieldValues values;
  values.set("url", std::string("https://example.org/?page=2"));
  CHECK(refused(values).empty());
  values.set("url", std::string("https://example.org/?page=2&token=abc"));
  CHECK(refused(values) == "fields.url");
  values.set("url", std::string("https://example.org/"));
  values.set("headers", std::string("Accept: text/plain\nAuthorization: Basic Zm9vOmJhcg=="));
  CHECK(refused(values) == "fields.headers");
}

TEST_CASE("pasted lines become proposals, with the credentials apart") {
  const auto proposals = propose_monitors(all_checks(), "https://ann:pass@www.example.org/\n\nping 192.0.2.1\n");
  REQUIRE(proposals.size() == 2);
  CHECK(proposals[0].kind->word == "http");
  CHECK(proposals[0].values.text("url") == "https://www.example.org/");
  CHECK(proposals[0].secrets.reveal("password") == "pass");
  CHECK(proposals[0].secrets_moved == std::vector<std::string>{"username", "password"});
  CHECK(proposals[1].kind->word == "ping");
}
