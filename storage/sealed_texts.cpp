#include "storage/sealed_texts.h"

#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/crypto/sealed.h"
#include "storage/connection.h"

namespace connlog::storage {
namespace {

// Table, column, the 16-byte column that names a row, and the context of texts of the first form (empty: there were
// none). All workspaces on purpose: the keys are the appliance's.
// clang-format off
#define CONNLOG_SEALED_COLUMNS(one)                         \
  one("letter", "sealed_link", "id", "letter.link")         \
  one("totp_factor", "sealed_secret", "user_id", "")        \
  one("totp_factor", "sealed_pending", "user_id", "")       \
  one("login_provider", "sealed_secret", "id", "")          \
  one("backup", "sealed_key", "id", "")
// clang-format on

#define CONNLOG_LISTED(table, column, key, context) SealedColumn{table, column},
constexpr SealedColumn kColumns[] = {CONNLOG_SEALED_COLUMNS(CONNLOG_LISTED){"sealed_field", "sealed"},
                                     {"kept_answer", "sealed_answer"},
                                     {"idempotency_key", "body"},
                                     {"setting", "value"}};

class Resealing {
 public:
  Resealing(Transaction& tx, const Keyring& keyring, Random& random)
      : connection_(at(tx)), keyring_(keyring), random_(random), prefix_(sealed_prefix(keyring)) {}

  template <std::size_t N, std::size_t M>
  Result<void> column(const char (&select_sql)[N], const char (&update_sql)[M], std::string_view first_context) {
    struct Found {
      Uuid id;
      std::string sealed;
    };
    std::vector<Found> found;
    {
      Statement select = TRY(connection_.prepare(select_sql));
      found = TRY(all(select.text(":prefix", prefix_), [](Row& row) { return Found{row.id<Uuid>(), row.text()}; }));
    }
    for (const Found& row : found) {
      const auto anew = renewed(first_context, row.sealed);
      if (!anew) continue;
      Statement update = TRY(connection_.prepare(update_sql));
      TRY(update.id(":key", row.id).text(":sealed", *anew).run());
    }
    return {};
  }

  // The secrets of kinds' fields. The context of a text of the first form is made of its owner's kind and its field.
  Result<void> fields() {
    struct Found {
      std::string owner_kind, field, sealed;
      Uuid owner;
    };
    std::vector<Found> found;
    {
      Statement select = TRY(connection_.prepare(
          "SELECT owner_kind, field, sealed, owner FROM sealed_field WHERE sealed NOT LIKE :prefix || '%'"));
      found = TRY(all(select.text(":prefix", prefix_), [](Row& row) {
        Found one;
        one.owner_kind = row.text();
        one.field = row.text();
        one.sealed = row.text();
        one.owner = row.id<Uuid>();
        return one;
      }));
    }
    for (const Found& row : found) {
      const auto anew = renewed(row.owner_kind + "." + row.field, row.sealed);
      if (!anew) continue;
      Statement update = TRY(connection_.prepare(
          "UPDATE sealed_field SET sealed = :sealed WHERE owner_kind = :owner_kind AND owner = :owner AND field = :field"));
      update.text(":sealed", *anew)
          .text(":owner_kind", row.owner_kind)
          .id(":owner", row.owner)
          .text(":field", row.field);
      TRY(update.run());
    }
    return {};
  }

  // What targets answered when their monitors turned down.
  Result<void> targets_answers() {
    struct Found {
      Uuid workspace, monitor;
      Instant at;
      std::string sealed;
    };
    std::vector<Found> found;
    {
      Statement select = TRY(connection_.prepare(
          "SELECT workspace_id, monitor_id, at, sealed_answer FROM kept_answer "
          "WHERE sealed_answer NOT LIKE :prefix || '%'"));
      found = TRY(all(select.text(":prefix", prefix_), [](Row& row) {
        Found one;
        one.workspace = row.id<Uuid>();
        one.monitor = row.id<Uuid>();
        one.at = row.instant();
        one.sealed = row.text();
        return one;
      }));
    }
    for (const Found& row : found) {
      const auto anew = renewed("monitor.answer", row.sealed);
      if (!anew) continue;
      Statement update = TRY(connection_.prepare(
          "UPDATE kept_answer SET sealed_answer = :sealed WHERE workspace_id = :workspace AND monitor_id = :monitor "
          "AND at = :at"));
      update.text(":sealed", *anew).id(":workspace", row.workspace).id(":monitor", row.monitor).instant(":at", row.at);
      TRY(update.run());
    }
    return {};
  }

  Result<void> kept_answers() {
    struct Found {
      Uuid workspace, user;
      std::string key, sealed;
    };
    std::vector<Found> found;
    {
      Statement select = TRY(connection_.prepare(
          "SELECT workspace_id, user_id, key, body FROM idempotency_key WHERE body NOT LIKE :prefix || '%'"));
      found = TRY(all(select.text(":prefix", prefix_), [](Row& row) {
        Found one;
        one.workspace = row.id<Uuid>();
        one.user = row.id<Uuid>();
        one.key = row.text();
        one.sealed = row.text();
        return one;
      }));
    }
    for (const Found& row : found) {
      const auto anew = renewed("idempotency.answer", row.sealed);
      if (!anew) continue;
      Statement update = TRY(connection_.prepare(
          "UPDATE idempotency_key SET body = :sealed WHERE workspace_id = :workspace AND user_id = :user "
          "AND key = :key"));
      update.text(":sealed", *anew).id(":workspace", row.workspace).id(":user", row.user).text(":key", row.key);
      TRY(update.run());
    }
    return {};
  }

  // Values are JSON. A sealed text in one is between quotes and has no character that JSON would escape.
  Result<void> settings() {
    struct Found {
      std::string key, value;
    };
    std::vector<Found> found;
    {
      Statement select = TRY(connection_.prepare("SELECT key, value FROM setting"));
      found = TRY(all(select, [](Row& row) {
        Found one;
        one.key = row.text();
        one.value = row.text();
        return one;
      }));
    }
    for (Found& row : found) {
      if (!renew_within(row.value)) continue;
      Statement update = TRY(connection_.prepare("UPDATE setting SET value = :value WHERE key = :key"));
      TRY(update.text(":value", row.value).text(":key", row.key).run());
    }
    return {};
  }

  const SealedAnew& done() const { return done_; }

 private:
  // Nullopt: the text is under the newest key already, or cannot be opened (and could not before).
  std::optional<std::string> renewed(std::string_view first_context, const std::string& sealed) {
    auto anew = seal_anew(keyring_, first_context, sealed, random_);
    if (!anew) {
      ++done_.unreadable;
      log_warning("keys.unreadable_secret", {{"cause", anew.error().cause}});
      return std::nullopt;
    }
    if (*anew) ++done_.renewed;
    return *std::move(anew);
  }

  bool renew_within(std::string& value) {
    bool changed = false;
    for (const std::string_view opening : {"\"s1:", "\"s2:"}) {
      for (std::size_t from = value.find(opening); from != std::string::npos; from = value.find(opening, from)) {
        ++from;  // past the quote
        const std::size_t end = value.find('"', from);
        if (end == std::string::npos) break;
        const std::string sealed = value.substr(from, end - from);
        // text typed by a person that happens to begin like a sealed text
        if (sealed.find_first_of("\\ ") != std::string::npos) continue;
        const auto anew = renewed("mail.password", sealed);
        if (!anew) continue;
        value.replace(from, sealed.size(), *anew);
        changed = true;
      }
    }
    return changed;
  }

  Connection& connection_;
  const Keyring& keyring_;
  Random& random_;
  const std::string prefix_;
  SealedAnew done_;
};

}  // namespace

std::span<const SealedColumn> sealed_columns() {
  return kColumns;
}

Result<SealedAnew> SqlSealedTexts::seal_anew(Transaction& tx, const Keyring& keyring, Random& random) {
  Resealing work(tx, keyring, random);
#define CONNLOG_RESEAL(table, column_name, key, context)                                                        \
  TRY(work.column("SELECT " key ", " column_name " FROM " table " WHERE " column_name " <> '' AND " column_name \
                  " NOT LIKE :prefix || '%'",                                                                   \
                  "UPDATE " table " SET " column_name " = :sealed WHERE " key " = :key", context));
  CONNLOG_SEALED_COLUMNS(CONNLOG_RESEAL);
#undef CONNLOG_RESEAL
  TRY(work.fields());
  TRY(work.kept_answers());
  TRY(work.targets_answers());
  TRY(work.settings());
  return work.done();
}

}  // namespace connlog::storage
