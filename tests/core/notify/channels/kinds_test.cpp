// The table of channels: each kind is whole, the document lists it, and a kind that somebody else brings works by its row.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/core/notify/channels/channel_world.h"

namespace connlog {
namespace {

using namespace std::chrono_literals;

// A kind as somebody else would bring it.
constexpr Field kPagerFields[] = {
    {.name = "server", .label = "Server", .type = FieldType::url, .required = true, .address = true},
    {.name = "code", .label = "Code", .type = FieldType::secret, .required = true}};

Result<Delivery> prepare_pager(const Outgoing& out) {
  HttpRequest request = json_post(out.values.text("server"), R"({"page":true})");
  request.headers.push_back({"X-Code", std::string(out.secrets.reveal("code"))});
  return Delivery{WebhookDelivery{std::move(request)}, target_of_url(out.values.text("server"))};
}
std::string shown_pager(const FieldValues& values, const FieldSecrets& secrets) {
  return host_of_url(values.text("server")) + "/" + masked(secrets.reveal("code"));
}
std::string target_of_pager(const FieldValues& values, const FieldSecrets&) {
  return target_of_url(values.text("server"));
}
constexpr ChannelKind kPager{.word = "pager",
                             .title = "Pager",
                             .icon = "bell",
                             .fields = kPagerFields,
                             .prepare = prepare_pager,
                             .shown = shown_pager,
                             .target = target_of_pager};
constexpr const ChannelKind* kTestKinds[] = {&kPager};
constexpr ChannelTable kTestTable{std::span<const ChannelKind* const>(kTestKinds)};

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// The table of docs/channels.md.
std::string table_row(const ChannelKind& kind, const Field& field) {
  std::string notes = field.required && field.default_value.empty() ? "required" : "optional";
  if (!field.default_value.empty()) notes = "default `" + std::string(field.default_value) + "`";
  if (field.made_here) notes = "made by connlog";
  return "| `" + std::string(kind.word) + "` | `" + std::string(field.name) + "` | " + std::string(field.label) +
         " | " + std::string(to_text(field.type)) + " | " + notes + " |\n";
}

}  // namespace

TEST_CASE("each kind of channel is whole: a word of its own, fields with words, and what every kind must do") {
  std::set<std::string_view> words;
  for (const ChannelKind* kind : all_channels().kinds()) {
    CAPTURE(std::string(kind->word));
    CHECK(is_word(kind->word));
    CHECK(words.insert(kind->word).second);
    CHECK_FALSE(kind->title.empty());
    CHECK_FALSE(kind->icon.empty());
    REQUIRE(kind->prepare != nullptr);
    REQUIRE(kind->shown != nullptr);
    REQUIRE(kind->target != nullptr);
    std::set<std::string_view> names;
    bool has_address = false, has_mail = false;
    for (const Field& field : kind->fields) {
      CAPTURE(std::string(field.name));
      CHECK(is_word(field.name));
      CHECK(names.insert(field.name).second);
      CHECK_FALSE(field.label.empty());
      CHECK((field.type != FieldType::choice || !field.choices.empty()));
      CHECK((!field.made_here || (is_secret(field) && !kind->secret_prefix.empty())));
      has_address = has_address || field.address;
      has_mail = has_mail || field.type == FieldType::mail;
    }
    CHECK(has_address);
    CHECK((!kind->needs_consent || has_mail));
    CHECK((kind->leak_field.empty() || names.contains(kind->leak_field)));
  }
}

TEST_CASE("docs/channels.md has the table of the kinds' fields") {
  const std::string document = test::read_text(test::source_directory() / "docs" / "channels.md");
  for (const ChannelKind* kind : all_channels().kinds()) {
    for (const Field& field : kind->fields) {
      const std::string row = table_row(*kind, field);
      CAPTURE(row);
      CHECK(document.find(row) != std::string::npos);
    }
  }
}

TEST_CASE("a kind that somebody brings works by its row: checked, sealed, shown, limited and sent") {
  test::OutsideServer sink("http_sink.py", {});
  test::ChannelWorld world(sink.port());
  NotifyDependencies needs{world.stores,
                           world.storage->recipients(),
                           world.storage->outbox(),
                           world.storage->announcements(),
                           world.storage->settings(),
                           world.announcements,
                           world.announcements,
                           world.storage->workspaces(),
                           world.storage->audit(),
                           world.bus,
                           world.storage.clock,
                           world.storage.random,
                           world.storage.keys,
                           world.needs.outbound,
                           "https://monitor.example.com:8443",
                           &world.storage->letters(),
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           kTestTable};
  world.notify = std::make_unique<Notify>(needs);
  CHECK(world.refused_field("mail", GivenFields().text("address", "a@example.org")) == "kind");
  CHECK(world.refused_field("pager", GivenFields().text("server", test::local_url(sink))) == "fields.code");
  const auto added =
      world.add("pager", GivenFields().text("server", test::local_url(sink, "/page")).text("code", "0123456789abcdef"));
  REQUIRE_MESSAGE(added, added.error().message);
  CHECK(added->shown == "127.0.0.1:" + std::to_string(sink.port()) + "/012…");
  CHECK(added->target == "127.0.0.1:" + std::to_string(sink.port()));
  CHECK(to_stored(added->fields).find("0123456789abcdef") == std::string::npos);

  OutboxWorker worker(needs, *world.real);
  const Notification row = world.queue(*added);
  for (int i = 0; i < 200 && world.state_of(row) != Notification::State::sent; ++i) worker.turn(50ms);
  CHECK(world.state_of(row) == Notification::State::sent);
  const auto request = nlohmann::json::parse(sink.next("request"));
  CHECK(request["path"] == "/page");
  CHECK(request["headers"]["x-code"] == "0123456789abcdef");
  REQUIRE(world.timeline_count("notified") == 1);
  CHECK(world.timeline().back().text.find("Pager to 127.0.0.1") == 0);
}

TEST_CASE("a recipient of a kind that this version does not know gets nothing, says so, and stays stored") {
  test::ChannelWorld world(1);
  Recipient later = world.storage.add_recipient(world.workspace, "x@example.org");
  later.channel = "telepathy";
  later.sealed = {{"thought", "sealed by a later version"}};
  world.storage.write([&](Transaction& tx) { return world.storage->recipients().update(tx, later); });
  const Notification row = world.deliver(later);
  CHECK(row.state == Notification::State::failed);
  CHECK(row.last_error.find("does not know the channel \"telepathy\"") != std::string::npos);
  const auto stored = world.storage.read<std::optional<Recipient>>(
      [&](Snapshot& snapshot) { return world.storage->recipients().find(snapshot, world.workspace.id, later.id); });
  REQUIRE(stored);
  CHECK(stored->channel == "telepathy");
  CHECK(stored->sealed.size() == 1);
}

}  // namespace connlog
