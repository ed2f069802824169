// The backup bucket's secret key as a secret that can leak.
#include <fmt/format.h>

#include "core/appliance/backup/bucket_service.h"

namespace connlog {
namespace {

constexpr const char* kId = "bucket";  // there is at most one

class BucketKey final : public LeakKind {
 public:
  explicit BucketKey(BucketService& service) : service_(service) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::appliance; }
  std::string_view name() const override { return "backup_bucket_key"; }
  std::string_view title() const override { return "The secret key of the backup bucket"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor&, const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto settings = TRY(service_.settings(snapshot));
    if (settings && contains_folded(leaked_of(*settings).name, search)) out.push_back(leaked_of(*settings));
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor&, const std::string& leaked) const override {
    const LeakedSecret secret = TRY(find(snapshot, leaked));
    return LeakPlan{secret,
                    {"connlog forgets the bucket and its keys at once: no backup is copied there until you set it again.",
                     "The backups that lie there stay there."},
                    left()};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    LeakAnswer answer;
    answer.leaked = TRY(find(tx, leaked));
    TRY(service_.remove(tx, actor));
    answer.done = {"The bucket and its keys were forgotten; no backup is copied there any more."};
    answer.by_people = left();
    return answer;
  }

 private:
  static LeakedSecret leaked_of(const BucketSettings& settings) {
    return {kId, settings.name(), fmt::format("access key {}", settings.access_key)};
  }
  static std::vector<std::string> left() {
    return {
        "Revoke the access key at the service of the bucket: until then it works for whoever has it.",
        "Make a new one with the right s3:PutObject alone, and set the bucket again under Appliance, Backups.",
        "Compare what lies in the bucket with the list of backups: is one missing, replaced or unknown? The backups "
        "themselves open only with the recovery key or the passphrase.",
        "Find out how it got out (a script, a ticket, a repository) and remove it there.",
    };
  }
  Result<LeakedSecret> find(Snapshot& snapshot, const std::string& leaked) const {
    const auto settings = TRY(service_.settings(snapshot));
    if (!settings || leaked != kId) return Error{ErrorCode::not_found, "There is no such bucket (any more).", "subject"};
    return leaked_of(*settings);
  }

  BucketService& service_;
};

}  // namespace

std::unique_ptr<LeakKind> bucket_key_leak(BucketService& service) {
  return std::make_unique<BucketKey>(service);
}

}  // namespace connlog
