// The bucket to which backups are copied: set, tried, forgotten. It is shown with the backups (backups.cpp). The secret key
// is write-only.
#include <memory>
#include <nlohmann/json.hpp>

#include "core/appliance/backup/bucket_service.h"
#include "web/api/appliance/backup_views.h"
#include "web/api/appliance/handlers.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr std::size_t kSecretKeyBytesMax = 1024;

// Shared, as a closure must be copyable and a Secret is not.
Result<std::shared_ptr<const BucketChange>> change_of(const Body& body) {
  auto change = std::make_shared<BucketChange>();
  change->endpoint = TRY(body.maybe_text("endpoint", 1, 300));
  change->region = TRY(body.maybe_text("region", 1, 64));
  change->bucket = TRY(body.maybe_text("bucket", 1, 63));
  change->prefix = TRY(body.maybe_text("prefix", 0, 200));
  change->access_key = TRY(body.maybe_text("access_key", 1, 128));
  change->path_style = TRY(body.maybe_flag("path_style"));
  change->retention = TRY(body.maybe_flag("retention"));
  if (body.has("secret_key")) change->secret_key = TRY(body.secret("secret_key", kSecretKeyBytesMax));
  return std::shared_ptr<const BucketChange>(std::move(change));
}

}  // namespace

json bucket_view(const BucketSettings& settings) {
  return {{"endpoint", settings.endpoint},     {"region", settings.region},
          {"bucket", settings.bucket},         {"prefix", settings.prefix},
          {"access_key", settings.access_key}, {"path_style", settings.path_style},
          {"retention", settings.retention},   {"secret_set", !settings.sealed_secret_key.empty()}};
}

Result<Reply> change_backup_bucket(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto change = TRY(change_of(body));
  BucketService& bucket = ctx.of<Services>().bucket;
  return ctx.write([&bucket, actor = ctx.actor, change](Transaction& tx) -> Result<Reply> {
    const BucketSettings changed = TRY(bucket.change(tx, actor, *change));
    return json_reply(200, bucket_view(changed));
  });
}

Result<Reply> remove_backup_bucket(Context& ctx) {
  BucketService& bucket = ctx.of<Services>().bucket;
  return ctx.write([&bucket, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(bucket.remove(tx, actor));
    return no_content();
  });
}

// With what was typed and is not saved yet; what is left out is taken from what is stored.
Result<Reply> test_backup_bucket(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto change = TRY(change_of(body));
  const Services& services = ctx.of<Services>();
  std::optional<BucketSettings> wanted;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    wanted = TRY(services.bucket.changed(snapshot, *change));
    return {};
  });
  TRY(read);
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  const auto begun =
      services.bucket.begin_trial(ctx.actor, *std::move(wanted), [exchange](const Result<BucketTrial>& trial) {
        if (!trial) return exchange->send(problem(trial.error()));
        json steps = json::array();
        for (const BucketStep& step : trial->steps)
          steps.push_back({{"step", step.step}, {"ok", step.ok}, {"text", step.text}});
        exchange->send(json_reply(200, {{"steps", std::move(steps)}}));
      });
  if (!begun) exchange->send(problem(begun.error()));
  return Reply::answered_later();
}

}  // namespace connlog::web::appliance
