#include "core/appliance/backup/bucket_trial.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr const char* kVerdictSetting = "backup.bucket_trial";
constexpr const char* kUnprotected =
    "This access key can delete, and the bucket {}. Whoever takes this machine can delete the backups there: give connlog "
    "a key with the right s3:PutObject alone, or switch on versioning or object lock.";

class Trial {
 public:
  Trial(BucketClient& client, std::string object, const GoOn& go_on)
      : client_(client), object_(std::move(object)), go_on_(go_on) {}

  BucketTrial run() {
    if (put()) {
      out_.verdict.stored = true;
      read();
      remove();
    }
    return std::move(out_);
  }

 private:
  using Call = BucketClient::Call;

  void say(const char* step, bool ok, std::string text) { out_.steps.push_back({step, ok, std::move(text)}); }

  bool put() {
    const auto answer = client_.send({.method = "PUT",
                                      .object = object_,
                                      .headers = {{"content-type", "text/plain"}},
                                      .body = {reinterpret_cast<const std::uint8_t*>(object_.data()), object_.size()}},
                                     go_on_);
    std::string trouble;
    if (!answer) {
      trouble = answer.error().message;
    } else if (answer->status != 200) {
      trouble = refused(*answer, kStoring);
    } else if (answer->header("etag") == nullptr || !answer->body.empty()) {
      trouble = no_bucket(client_.settings(), "it does not confirm what was stored").message;
    }
    say("put", trouble.empty(), trouble.empty() ? fmt::format("A small object was stored as {}.", object_) : trouble);
    return trouble.empty();
  }

  void read() {
    const auto answer = client_.send({.method = "GET", .object = object_}, go_on_);
    if (!answer) return say("read", false, answer.error().message);
    if (answer->status == 403) {
      return say("read", true,
                 "This access key cannot read, which backups do not need. To verify, drill or restore from the bucket, "
                 "fetch the file by other means.");
    }
    if (answer->status != 200) return say("read", false, refused(*answer, kReading));
    out_.verdict.readable = answer->body == object_;
    say("read", out_.verdict.readable,
        out_.verdict.readable ? "It was read again and is the same."
                              : "What was read is not what was stored. Is a proxy in between?");
  }

  void remove() {
    const auto answer = client_.send({.method = "DELETE", .object = object_}, go_on_);
    if (!answer) return say("delete", false, answer.error().message);
    if (answer->status == 403) {
      out_.verdict.deletion = BucketDeletion::refused;
      return say("delete", true,
                 fmt::format("This access key cannot delete: whoever takes this machine cannot delete the backups there. "
                             "Remove {} by hand when you like.",
                             object_));
    }
    if (answer->status != 204 && answer->status != 200) return say("delete", false, refused(*answer, kDeleting));
    out_.verdict.deletion = BucketDeletion::worked;
    say("delete", true, "The small object could be deleted.");
    look_for_protection();
  }

  void look_for_protection() {
    const BucketProtection versions = ask("versioning", "VersioningConfiguration", "Status");
    const BucketProtection lock = ask("object-lock", "ObjectLockConfiguration", "ObjectLockEnabled");
    BucketProtection& found = out_.verdict.protection;
    if (lock == BucketProtection::versions) {
      found = BucketProtection::lock;
      return say("protection", true, "The bucket locks objects: what is deleted can be brought back until its time is over.");
    }
    if (versions == BucketProtection::versions) {
      found = BucketProtection::versions;
      return say("protection", true,
                 "The bucket keeps versions: a deleted backup can be brought back, unless this key may delete versions, too.");
    }
    found = versions;  // none, or not known
    say("protection", false,
        fmt::format(fmt::runtime(kUnprotected), found == BucketProtection::none
                                                    ? "keeps no versions"
                                                    : "does not say whether it keeps versions"));
  }

  // `versions` stands for "on". A service that does not know the question may answer with something else.
  BucketProtection ask(const char* question, const char* root, const char* element) {
    const auto answer = client_.send({.method = "GET", .object = "", .query = {{question, ""}}}, go_on_);
    if (!answer || answer->status == 403 || answer->status == 501) return BucketProtection::unknown;
    if (answer->status == 404) return BucketProtection::none;
    if (answer->status != 200 || !has_xml_element(answer->body, root)) return BucketProtection::unknown;
    return xml_text(answer->body, element) == "Enabled" ? BucketProtection::versions : BucketProtection::none;
  }

  std::string refused(const HttpAnswer& answer, const BucketDeed& deed) const {
    return bucket_refusal(answer, client_.settings(), deed).message;
  }

  BucketClient& client_;
  const std::string object_;
  const GoOn& go_on_;
  BucketTrial out_;
};

}  // namespace

std::string identity_of(const BucketSettings& settings) {
  return fmt::format("{} {} {}", settings.endpoint, settings.name(), settings.access_key);
}

BucketTrial try_bucket(BucketClient& client, const Clock& clock, Random& random, const GoOn& go_on) {
  std::array<std::uint8_t, 8> drawn{};
  random.fill(drawn);
  BucketTrial trial = Trial(client, "connlog-trial-" + to_hex(drawn) + ".txt", go_on).run();
  trial.verdict.at = clock.now();
  trial.verdict.of = identity_of(client.settings());
  return trial;
}

Result<void> store_bucket_verdict(SettingStore& store, Transaction& tx, const BucketVerdict& verdict) {
  const json stored = {{"at", verdict.at.micros},
                       {"of", verdict.of},
                       {"stored", verdict.stored},
                       {"readable", verdict.readable},
                       {"deletion", to_text(verdict.deletion)},
                       {"protection", to_text(verdict.protection)}};
  return store.put(tx, kVerdictSetting, stored.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<std::optional<BucketVerdict>> load_bucket_verdict(const SettingStore& store, Snapshot& snapshot,
                                                         const BucketSettings& settings) {
  const auto text = TRY(store.get(snapshot, kVerdictSetting));
  if (!text) return std::optional<BucketVerdict>();
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object() || !stored.contains("of") || stored["of"] != identity_of(settings) ||
      !stored.contains("at") || !stored["at"].is_number_integer()) {
    return std::optional<BucketVerdict>();
  }
  const auto flag = [&](const char* key) { return stored.contains(key) && stored[key] == true; };
  const auto word = [&](const char* key) {
    return stored.contains(key) && stored[key].is_string() ? stored[key].get<std::string>() : std::string();
  };
  BucketVerdict verdict;
  verdict.at = {stored["at"].get<std::int64_t>()};
  verdict.of = identity_of(settings);
  verdict.stored = flag("stored");
  verdict.readable = flag("readable");
  verdict.deletion = parse_word<BucketDeletion>(word("deletion")).value_or(BucketDeletion::unknown);
  verdict.protection = parse_word<BucketProtection>(word("protection")).value_or(BucketProtection::unknown);
  return std::optional(verdict);
}

std::string bucket_warning(const BucketSettings& settings, const std::optional<BucketVerdict>& verdict) {
  if (!verdict)
    return fmt::format("The bucket {} was never tried. Try it under Appliance, Backups.", settings.name());
  if (!verdict->stored) {
    return fmt::format("Nothing could be stored in the bucket {} when it was tried on {}.", settings.name(),
                       to_iso8601(verdict->at));
  }
  if (verdict->deletion != BucketDeletion::worked || verdict->protection == BucketProtection::versions ||
      verdict->protection == BucketProtection::lock) {
    return {};
  }
  return fmt::format(fmt::runtime(kUnprotected), verdict->protection == BucketProtection::none
                                                     ? "keeps no versions"
                                                     : "does not say whether it keeps versions");
}

}  // namespace connlog
