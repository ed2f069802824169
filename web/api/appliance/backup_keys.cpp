// The keys that open a backup without the appliance: the recovery key, whose words are in one answer and nowhere else, and
// the backup passphrase.
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/appliance/backup/backup_keys.h"
#include "web/api/appliance/handlers.h"
#include "web/api/middleware/proxies.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr std::size_t kWordCharactersMax = 20;

// Words and passphrases pass where nobody can read along: by TLS, or without leaving this machine.
std::optional<Reply> refused_on_the_way(const Context& ctx) {
  const Peer& peer = ctx.request().peer();
  if (peer.tls || (peer.loopback && !peer.proxied && !shows_a_proxy(ctx.request()))) return std::nullopt;
  return problem(403, "insecure_connection",
                 "This is only done over https, or on the appliance's own machine: on the way here others could read "
                 "along. Open the https address.");
}

}  // namespace

// Never through `create`: the answer to a repeated request is kept, and these words are kept nowhere.
Result<Reply> make_recovery_key(Context& ctx) {
  if (auto refused = refused_on_the_way(ctx)) return *std::move(refused);
  BackupKeys& keys = ctx.of<Services>().backup_keys;
  // Shared, as a closure must be copyable and a Secret is not.
  BackupKeys::NewWords drawn = TRY(keys.make_words());
  const auto made = std::make_shared<const BackupKeys::NewWords>(std::move(drawn));
  return ctx.write([&keys, made, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(keys.remember(tx, actor, *made));
    const std::string instance = TRY(keys.instance(tx));
    return json_reply(200, {{"words", std::string(made->words.reveal())},
                            {"fingerprint", fingerprint_of(made->open)},
                            {"signer", keys.signer()},
                            {"instance", instance},
                            {"ask", made->ask}});
  });
}

Result<Reply> confirm_recovery_key(Context& ctx) {
  if (auto refused = refused_on_the_way(ctx)) return *std::move(refused);
  const Body body = TRY(ctx.body());
  const auto given = TRY(body.maybe_texts("words", 2, kWordCharactersMax));
  if (!given || given->size() != 2) return invalid("words", "Two words of the recovery key are needed.");
  const std::array<Secret, 2> words{Secret((*given)[0]), Secret((*given)[1])};
  const Services& services = ctx.of<Services>();
  BackupKeys& keys = services.backup_keys;
  PublicKey open{};
  const auto looked = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    open = TRY(keys.confirmed_by(snapshot, words));
    return {};
  });
  TRY(looked);
  // First the box beside the keys: if the setting is not written then, the next start puts the box back.
  TRY(keys.seal_box(open));
  return ctx.write([&keys, open, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    const std::string fingerprint = TRY(keys.confirm(tx, actor, open));
    return json_reply(200, {{"fingerprint", fingerprint}});
  });
}

Result<Reply> set_backup_passphrase(Context& ctx) {
  if (auto refused = refused_on_the_way(ctx)) return *std::move(refused);
  const Body body = TRY(ctx.body());
  const Secret passphrase = TRY(body.secret("passphrase", 4 * 1024));
  BackupKeys& keys = ctx.of<Services>().backup_keys;
  const BackupKeys::NewPassphrase made = TRY(keys.derive(passphrase));
  return ctx.write([&keys, made, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(keys.set_passphrase(tx, actor, made));
    return no_content();
  });
}

Result<Reply> remove_backup_passphrase(Context& ctx) {
  BackupKeys& keys = ctx.of<Services>().backup_keys;
  return ctx.write([&keys, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
    TRY(keys.remove_passphrase(tx, actor));
    return no_content();
  });
}

}  // namespace connlog::web::appliance
