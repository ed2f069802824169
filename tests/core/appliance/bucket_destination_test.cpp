// Backups in a bucket, against a real server: OpenStack Swift's S3 interface (tests/support/s3_server.py), which computes
// each signature itself.
#include "core/appliance/backup/bucket_destination.h"

#include <doctest/doctest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/appliance/backup/bucket_trial.h"
#include "core/net/sigv4.h"
#include "tests/support/outside.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_directory.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::int64_t kMiB = 1 << 20;
const std::string kInstance = "0a1b2c3d-0000-4000-8000-000000000000";
const std::string kName = "connlog-0a1b2c3d-20261118T110640Z-0190aaaa-bbbb-7000-8000-000000000001.clb";

class Text final : public ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min({into.size(), text_.size() - at_, std::size_t{100'000}});
    std::memcpy(into.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  const std::string text_;
  std::size_t at_ = 0;
};

std::string read_all(ByteSource& source) {
  std::string out;
  std::vector<std::uint8_t> piece(1'000'000);
  for (;;) {
    const auto got = source.read(piece);
    REQUIRE_MESSAGE(got, got.error().message);
    if (*got == 0) return out;
    out.append(reinterpret_cast<const char*>(piece.data()), *got);
  }
}

std::string random_bytes(std::int64_t count) {
  std::string out(static_cast<std::size_t>(count), '\0');
  SeededRandom random;
  random.fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

class ShiftedClock final : public Clock {
 public:
  microseconds by{0};
  Instant now() const override { return real_.now() + by; }
  Monotonic monotonic() const override { return real_.monotonic(); }

 private:
  SystemClock real_;
};

// A bucket and a client of it.
struct World {
  explicit World(std::vector<std::string> options = {})
      : server("s3_server.py", with_directory(std::move(options), directory.path().string())) {
    outbound.policy.allowed_loopback = {{"127.0.0.1", server.port()}};
    settings.endpoint = "http://127.0.0.1:" + std::to_string(server.port());
    settings.bucket = "backups";
    settings.prefix = "site/one";
    settings.access_key = "test:tester";
    settings.secret_key = Secret("testing");
    patience.sleep = [this](milliseconds time) { slept += time; };
  }

  static std::vector<std::string> with_directory(std::vector<std::string> options, const std::string& path) {
    options.push_back("--directory");
    options.push_back(path);
    return options;
  }
  std::unique_ptr<Destination> bucket() const {
    REQUIRE(check_settings());
    return bucket_destination(settings, kInstance, outbound, clock, patience);
  }
  bool check_settings() const {
    BucketSettings copy = settings.clone();
    return check(copy).has_value();
  }
  Result<std::int64_t> put(const std::string& content) {
    Text text(content);
    return bucket()->put(kName, static_cast<std::int64_t>(content.size()), text, {});
  }
  std::vector<json> requests() {
    std::vector<json> out;
    for (const std::string& line : server.rest()) out.push_back(json::parse(line));
    return out;
  }

  TemporaryDirectory directory;
  test::OutsideServer server;
  BucketSettings settings;
  OutboundOptions outbound;
  ShiftedClock clock;
  BucketPatience patience;
  milliseconds slept{0};
};

bool says(const Error& error, const std::string& text) {
  INFO(error.message);
  const bool found = error.message.find(text) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace

TEST_CASE("a small backup is one signed object: stored, found, read and removed by its exact name") {
  World world;
  const std::string content = random_bytes(300'000);
  const auto stored = world.put(content);
  REQUIRE_MESSAGE(stored, stored.error().message);
  CHECK(*stored == 300'000);
  const auto bucket = world.bucket();
  CHECK(bucket->name() == "s3://backups/site/one");
  CHECK_FALSE(bucket->is_directory());
  CHECK(bucket->probe());
  CHECK(*bucket->has(kName, 300'000));
  CHECK_FALSE(*bucket->has(kName, 299'999));
  auto source = bucket->open(kName);
  REQUIRE(source);
  CHECK(read_all(**source) == content);
  CHECK(bucket->remove(kName));
  CHECK_FALSE(*bucket->has(kName, 300'000));
  CHECK(bucket->open(kName).error().code == ErrorCode::not_found);
  CHECK(bucket->remove(kName));  // is gone already

  int puts = 0;
  for (const json& request : world.requests()) {
    const std::string path = request["path"];
    CAPTURE(path);
    CHECK(path.starts_with("/backups/site/one/connlog-"));  // nothing is listed
    CHECK(request["payload"].get<std::string>().size() == 64);
    if (request["method"] != "PUT") continue;
    ++puts;
    CHECK(request["payload"] == sigv4::sha256_hex(content));
    CHECK(request["length"] == 300'000);
  }
  CHECK(puts == 1);
}

TEST_CASE("a large backup goes in parts of 8 MiB, each with its own digest, and comes back the same") {
  World world;
  const std::string content = random_bytes(19 * kMiB + 7);
  std::vector<std::int64_t> progress;
  Text text(content);
  const auto stored = world.bucket()->put(kName, 19 * kMiB + 7, text, [&](std::int64_t done) -> Result<void> {
    if (progress.empty() || progress.back() != done) progress.push_back(done);
    return {};
  });
  REQUIRE_MESSAGE(stored, stored.error().message);
  CHECK(progress == std::vector<std::int64_t>{0, 8 * kMiB, 16 * kMiB, 19 * kMiB + 7});
  auto source = world.bucket()->open(kName);
  REQUIRE(source);
  CHECK(read_all(**source) == content);
  std::vector<std::string> payloads;
  for (const json& request : world.requests()) {
    if (request["method"] == "PUT") payloads.push_back(request["payload"]);
  }
  CHECK(payloads == std::vector<std::string>{sigv4::sha256_hex(content.substr(0, 8 * kMiB)),
                                             sigv4::sha256_hex(content.substr(8 * kMiB, 8 * kMiB)),
                                             sigv4::sha256_hex(content.substr(16 * kMiB))});
}

TEST_CASE("a backup of exactly one part is one object, and an empty one is stored, too") {
  World world;
  const std::string content = random_bytes(8 * kMiB);
  REQUIRE(world.put(content));
  for (const json& request : world.requests()) CHECK(request["query"] == "");
  REQUIRE(world.put(""));
  CHECK(*world.bucket()->has(kName, 0));
}

TEST_CASE("the right to put is enough; what needs more is refused by the name of the right") {
  World world({"--deny", "GET,HEAD,DELETE"});
  CHECK(world.put("a small one"));
  CHECK(world.put(random_bytes(9 * kMiB)));
  const auto bucket = world.bucket();
  const auto found = bucket->has(kName, 1);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::forbidden);
  says(found.error(), "s3:GetObject");
  const auto opened = bucket->open(kName);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::forbidden);
  says(opened.error(), "s3:GetObject on backups/site/one/*");
  const auto removed = bucket->remove(kName);
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == ErrorCode::forbidden);
  says(removed.error(), "s3:DeleteObject");
}

TEST_CASE("a bucket that is busy is asked again, longer apart each time") {
  World world({"--trouble", "503:2"});
  CHECK(world.put("content"));
  CHECK(world.slept == milliseconds(1'000 + 4'000));
}

TEST_CASE("a bucket that stays busy, or refuses, ends it with a sentence") {
  SUBCASE("503") {
    World world({"--trouble", "503:1000"});
    const auto stored = world.put("content");
    REQUIRE_FALSE(stored);
    says(stored.error(), "SlowDown");
    says(stored.error(), "tried again later");
    CHECK(world.slept == milliseconds(65'000));
  }
  SUBCASE("403") {
    World world({"--deny", "PUT,POST"});
    for (const std::int64_t size : {std::int64_t{10}, 9 * kMiB}) {
      const auto stored = world.put(random_bytes(size));
      REQUIRE_FALSE(stored);
      says(stored.error(), "s3:PutObject on backups/site/one/*");
      says(stored.error(), "AccessDenied: No <more> than that.");
    }
    CHECK(world.slept == milliseconds(0));
  }
  SUBCASE("200 with a page of a hotel") {
    World world({"--trouble", "200:1000"});
    for (const std::int64_t size : {std::int64_t{10}, 9 * kMiB}) {
      const auto stored = world.put(random_bytes(size));
      REQUIRE_FALSE(stored);
      says(stored.error(), "is no bucket");
    }
  }
}

TEST_CASE("an upload that ends half-way leaves nothing under the name, and asks that its parts be thrown away") {
  World world({"--trouble", "500:1000:PUT:1"});
  const auto stored = world.put(random_bytes(17 * kMiB));
  REQUIRE_FALSE(stored);
  says(stored.error(), "InternalError");
  bool abandoned = false;
  for (const json& request : world.requests())
    abandoned |= request["method"] == "DELETE" && request["query"].get<std::string>().starts_with("uploadId=");
  CHECK(abandoned);
  CHECK_FALSE(*world.bucket()->has(kName, 17 * kMiB));
}

TEST_CASE("a file that became shorter or longer is not stored, and a stop ends the upload") {
  World world;
  for (const std::int64_t expected : {std::int64_t{12}, std::int64_t{5}, 20 * kMiB}) {
    Text text("0123456789");
    CAPTURE(expected);
    CHECK_FALSE(world.bucket()->put(kName, expected, text, {}));
    CHECK_FALSE(*world.bucket()->has(kName, 10));
  }
  const std::string content = random_bytes(17 * kMiB);
  Text text(content);
  const auto stopped = world.bucket()->put(kName, 17 * kMiB, text, [](std::int64_t done) -> Result<void> {
    if (done > 0) return Error{ErrorCode::unavailable, "connlog is stopping."};
    return {};
  });
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().message == "connlog is stopping.");
  CHECK_FALSE(*world.bucket()->has(kName, 17 * kMiB));
}

TEST_CASE("names that are no backup's, and those of another appliance, reach no bucket") {
  World world;
  const auto bucket = world.bucket();
  std::string of_another = kName;
  of_another[8] = 'f';  // another instance
  for (const std::string& name : {std::string(), std::string("../x"), std::string("a?versioning"), "../" + kName,
                                  kName + "/x", kName + "?uploads", of_another}) {
    Text text("x");
    CAPTURE(name);
    CHECK_FALSE(bucket->put(name, 1, text, {}));
    CHECK_FALSE(bucket->open(name));
    CHECK_FALSE(*bucket->has(name, 1));
    CHECK_FALSE(bucket->remove(name));
  }
  CHECK(world.requests().empty());
}

TEST_CASE("what is wrong with the keys, the region, the bucket or the clock is said") {
  World world;
  const auto said = [&] {
    const auto stored = world.put("x");
    return stored ? std::string("stored") : stored.error().message;
  };
  const auto has = [&](const char* text) { return said().find(text) != std::string::npos; };
  SUBCASE("the secret key") {
    world.settings.secret_key = Secret("wrong");
    CHECK(has("secret key again"));
  }
  SUBCASE("the region") {
    world.settings.region = "eu-west-1";
    CHECK(has("the service says us-east-1"));
  }
  SUBCASE("the bucket") {
    world.settings.bucket = "elsewhere";
    CHECK(has("There is no bucket elsewhere"));
  }
  SUBCASE("the clock") {
    world.clock.by = -seconds(3'600);
    CHECK(has("clock"));
  }
  SUBCASE("a key that could not be opened") {
    world.settings.secret_key = Secret();
    CHECK_FALSE(world.bucket()->probe());
    CHECK(has("Enter it again"));
  }
  SUBCASE("loopback that no setting allows") {
    world.outbound.policy.allowed_loopback.clear();
    CHECK(has("outbound_loopback"));
    CHECK(world.requests().empty());
  }
  SUBCASE("nobody there") {
    const std::uint16_t port = test::unused_port();
    world.settings.endpoint = "http://127.0.0.1:" + std::to_string(port);
    world.outbound.policy.allowed_loopback = {{"127.0.0.1", port}};
    CHECK(has("could not connect"));
    CHECK(world.slept == milliseconds(65'000));
  }
}

TEST_CASE("a bucket can be a virtual host") {
  World world({"--domain", "s3.internal"});
  test::OutsideServer dns("dns_server.py", {"backups.s3.internal=127.0.0.1"});
  world.outbound.dns_servers = "127.0.0.1:" + std::to_string(dns.port());
  world.settings.endpoint = "http://s3.internal:" + std::to_string(world.server.port());
  world.settings.path_style = false;
  const auto stored = world.put("content");
  REQUIRE_MESSAGE(stored, stored.error().message);
  const std::vector<json> requests = world.requests();
  REQUIRE_FALSE(requests.empty());
  CHECK(requests[0]["path"] == "/site/one/" + kName);
  CHECK(requests[0]["host"] == "backups.s3.internal:" + std::to_string(world.server.port()));
}

TEST_CASE("a trial says what somebody who takes this machine could do at the bucket") {
  std::vector<std::string> options;
  SUBCASE("delete for good, until the bucket keeps versions") {}
  SUBCASE("nothing") { options = {"--deny", "GET,DELETE"}; }
  World world(options);
  SeededRandom random;
  BucketClient client(world.settings.clone(), world.outbound, world.clock, BucketPatience{.waits = {}});
  const BucketTrial plain = try_bucket(client, world.clock, random, {});
  REQUIRE(plain.verdict.stored);
  REQUIRE(plain.steps.size() >= 3);
  CHECK(plain.steps[0].step == "put");
  CHECK(plain.steps[0].ok);
  if (!options.empty()) {
    CHECK(plain.verdict.deletion == BucketDeletion::refused);
    CHECK_FALSE(plain.verdict.readable);
    CHECK(plain.steps.size() == 3);
    for (const BucketStep& step : plain.steps) CHECK(step.ok);
    CHECK(bucket_warning(world.settings, plain.verdict) == "");
    return;
  }
  CHECK(plain.verdict.readable);
  CHECK(plain.verdict.deletion == BucketDeletion::worked);
  CHECK(plain.verdict.protection == BucketProtection::none);
  CHECK_FALSE(plain.steps.back().ok);
  CHECK(bucket_warning(world.settings, plain.verdict).find("can delete the backups") != std::string::npos);

  const std::string versions =
      R"(<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>)";
  const auto switched = client.send({.method = "PUT",
                                     .object = "",
                                     .query = {{"versioning", ""}},
                                     .body = {reinterpret_cast<const std::uint8_t*>(versions.data()), versions.size()}},
                                    {});
  REQUIRE(switched);
  REQUIRE(switched->status == 200);
  const BucketTrial kept = try_bucket(client, world.clock, random, {});
  CHECK(kept.verdict.deletion == BucketDeletion::worked);
  CHECK(kept.verdict.protection == BucketProtection::versions);
  CHECK(bucket_warning(world.settings, kept.verdict) == "");
}

TEST_CASE("a bucket that was never tried, or took nothing, is worth a warning") {
  BucketSettings settings;
  settings.endpoint = "https://s3.example.org";
  settings.bucket = "backups";
  CHECK(bucket_warning(settings, std::nullopt).find("never tried") != std::string::npos);
  BucketVerdict refused;
  refused.at = {1};
  CHECK(bucket_warning(settings, refused).find("Nothing could be stored") != std::string::npos);
}

}  // namespace connlog
