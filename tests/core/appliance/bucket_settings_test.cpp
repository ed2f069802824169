#include "core/appliance/backup/bucket_settings.h"

#include <doctest/doctest.h>

#include "core/appliance/backup/bucket_answer.h"
#include "core/crypto/sealed.h"
#include "core/trust/key_rotation.h"
#include "tests/support/test_storage.h"

namespace connlog {
namespace {

BucketSettings good() {
  BucketSettings settings;
  settings.endpoint = "https://s3.example.org";
  settings.bucket = "backups";
  settings.access_key = "AKIDEXAMPLE";
  return settings;
}

std::string field_of(const BucketSettings& settings) {
  BucketSettings copy = settings.clone();
  const auto checked = check(copy);
  return checked ? "" : checked.error().field;
}

std::string endpoint_of(const std::string& typed) {
  BucketSettings settings = good();
  settings.endpoint = typed;
  const auto checked = check(settings);
  return checked ? settings.endpoint : "refused: " + checked.error().field;
}

}  // namespace

TEST_CASE("a bucket's address is that of the service alone, and without TLS only of this network") {
  CHECK(endpoint_of(" https://S3.example.org/ ") == "https://s3.example.org");
  CHECK(endpoint_of("s3.example.org") == "https://s3.example.org");
  CHECK(endpoint_of("https://s3.example.org:443") == "https://s3.example.org");
  CHECK(endpoint_of("https://s3.example.org:9000") == "https://s3.example.org:9000");
  CHECK(endpoint_of("http://10.0.0.5:9000") == "http://10.0.0.5:9000");
  CHECK(endpoint_of("http://[fd00::5]:9000") == "http://[fd00::5]:9000");
  CHECK(endpoint_of("http://nas:9000") == "http://nas:9000");
  CHECK(endpoint_of("http://minio.internal") == "http://minio.internal");
  for (const char* wrong : {"http://s3.example.org", "http://203.0.113.5", "https://s3.example.org/backups",
                            "https://s3.example.org?x", "ftp://s3.example.org", "https://u:p@s3.example.org", "https://",
                            "", "https://s3.example.org/#x", "http://172.32.0.1"}) {
    CAPTURE(wrong);
    CHECK(endpoint_of(wrong) == "refused: endpoint");
  }
}

TEST_CASE("each field of a bucket is checked, and the refusal names it") {
  CHECK(field_of(good()) == "");
  for (const char* wrong : {"", "ab", "Backups", "a_b_c", "-abc", "abc-", "a..b", "../../x", "a/b", "a b c"}) {
    BucketSettings settings = good();
    settings.bucket = wrong;
    CAPTURE(wrong);
    CHECK(field_of(settings) == "bucket");
  }
  for (const char* wrong : {"..", "a/../b", "a//b", ".", "a b", "a\r\nb", "ä", "a?b", "a%2fb"}) {
    BucketSettings settings = good();
    settings.prefix = wrong;
    CAPTURE(wrong);
    CHECK(field_of(settings) == "prefix");
  }
  BucketSettings settings = good();
  settings.region = "eu west";
  CHECK(field_of(settings) == "region");
  settings = good();
  settings.access_key = "a/b";
  CHECK(field_of(settings) == "access_key");
  settings = good();
  settings.path_style = false;
  CHECK(field_of(settings) == "");
  settings.bucket = "back.ups";
  CHECK(field_of(settings) == "path_style");
  settings.bucket = "backups";
  settings.endpoint = "https://10.0.0.5";
  CHECK(field_of(settings) == "path_style");
}

TEST_CASE("a bucket's paths and hosts are of the path style or of the virtual host's") {
  BucketSettings settings = good();
  settings.endpoint = "https://s3.example.org:9000";
  settings.prefix = "/connlog/one/";
  REQUIRE(check(settings));
  CHECK(settings.name() == "s3://backups/connlog/one");
  CHECK(settings.host() == "s3.example.org:9000");
  CHECK(settings.path_of("a.clb") == "/backups/connlog/one/a.clb");
  CHECK(settings.path_of("") == "/backups");
  settings.path_style = false;
  CHECK(settings.host() == "backups.s3.example.org:9000");
  CHECK(settings.path_of("a.clb") == "/connlog/one/a.clb");
  CHECK(settings.path_of("") == "/");
  settings.prefix.clear();
  CHECK(settings.path_of("a.clb") == "/a.clb");
  CHECK(settings.name() == "s3://backups");
}

TEST_CASE("a bucket is stored with its key sealed, and forgotten") {
  TestStorage storage;
  BucketSettings settings = good();
  settings.prefix = "one";
  settings.retention = true;
  settings.sealed_secret_key = seal(storage.keys, kBucketSecretContext, Secret("swordfish-of-the-bucket"), storage.random);
  storage.write([&](Transaction& tx) { return store_bucket(storage->settings(), tx, settings); });
  const auto text = storage.read<std::optional<std::string>>(
      [&](Snapshot& snapshot) { return storage->settings().get(snapshot, kBucketSetting); });
  REQUIRE(text);
  CHECK(text->find("swordfish") == std::string::npos);
  std::optional<BucketSettings> loaded;
  const auto load = [&] {
    loaded.reset();
    return storage.stores().read([&](Snapshot& snapshot) -> Result<void> {
      loaded = TRY(load_bucket(storage->settings(), snapshot, storage.keys));
      return {};
    });
  };
  REQUIRE(load());
  REQUIRE(loaded);
  CHECK(loaded->name() == "s3://backups/one");
  CHECK(loaded->retention);
  CHECK(loaded->secret_key.reveal() == "swordfish-of-the-bucket");

  SUBCASE("a key rotation seals it anew, and it still opens") {
    KeyRotation rotation(
        {storage.stores(), storage->trust().sealed_texts, storage->audit(), storage.keys, storage.random});
    const auto done = rotation.rotate(Actor{}, NewMasterKey{});
    REQUIRE_MESSAGE(done, done.error().message);
    CHECK(done->renewed == 1);
    REQUIRE(load());
    CHECK(loaded->sealed_secret_key.starts_with("s2:1:"));
    CHECK(loaded->secret_key.reveal() == "swordfish-of-the-bucket");
  }
  SUBCASE("one that cannot be opened leaves the rest") {
    settings.sealed_secret_key = "s2:0:mail.password:AAAA";
    storage.write([&](Transaction& tx) { return store_bucket(storage->settings(), tx, settings); });
    REQUIRE(load());
    REQUIRE(loaded);
    CHECK(loaded->secret_key.empty());
    CHECK(loaded->bucket == "backups");
  }
  SUBCASE("forgotten") {
    storage.write([&](Transaction& tx) { return forget_bucket(storage->settings(), tx); });
    REQUIRE(load());
    CHECK_FALSE(loaded);
  }
}

TEST_CASE("what a bucket answers is searched, not believed") {
  CHECK(xml_text("<a><UploadId>x&amp;y&quot;</UploadId></a>", "UploadId") == "x&y\"");
  CHECK(xml_text("<UploadId>x", "UploadId") == "");
  CHECK(xml_text("<UploadId><b>x</b></UploadId>", "UploadId") == "");
  CHECK(xml_text("<UploadId>" + std::string(1'025, 'x') + "</UploadId>", "UploadId") == "");
  CHECK(xml_text("", "UploadId") == "");
  CHECK(xml_text("<UploadId>&bomb;&amp;amp;</UploadId>", "UploadId") == "&bomb;&amp;");
  CHECK(has_xml_element("<?xml?>\n<Error xmlns=\"x\">", "Error"));
  CHECK(has_xml_element("<ErrorLog/><Error>", "Error"));
  CHECK_FALSE(has_xml_element("<ErrorLog>", "Error"));
  CHECK_FALSE(has_xml_element("Error", "Error"));
  CHECK(xml_escaped("\"a\"<&>") == "&quot;a&quot;&lt;&amp;&gt;");
}

TEST_CASE("each refusal of a bucket is a sentence that says what to do") {
  const BucketSettings settings = good();
  const auto said = [&](int status, const std::string& code, const std::string& more = "") {
    HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"date", "Wed, 18 Nov 2026 12:06:40 GMT"}};
    answer.body = "<Error><Code>" + code + "</Code><Message>line\nbreak \x1b[31m</Message>" + more + "</Error>";
    return bucket_refusal(answer, settings, kStoring);
  };
  const auto has = [](const Error& error, const char* text) { return error.message.find(text) != std::string::npos; };
  CHECK(has(said(403, "RequestTimeTooSkewed"), "clock"));
  CHECK(has(said(403, "RequestTimeTooSkewed"), "Wed, 18 Nov 2026 12:06:40 GMT"));
  CHECK(has(said(403, "SignatureDoesNotMatch"), "secret key"));
  CHECK(has(said(403, "InvalidAccessKeyId"), "AKIDEXAMPLE"));
  CHECK(has(said(404, "NoSuchBucket"), "no bucket backups"));
  CHECK(has(said(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"), "eu-west-1"));
  CHECK(has(said(503, "SlowDown"), "trouble of its own"));
  const Error denied = said(403, "AccessDenied");
  CHECK(denied.code == ErrorCode::forbidden);
  CHECK(has(denied, "s3:PutObject on backups/*"));
  CHECK(denied.message.find('\n') == std::string::npos);
  CHECK(denied.message.find('\x1b') == std::string::npos);
  CHECK(said(404, "NoSuchKey").code == ErrorCode::not_found);
  CHECK(said(301, "PermanentRedirect").code == ErrorCode::network);
}

}  // namespace connlog
