#include "core/identity/abuse_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/log.h"
#include "core/crypto/token.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

constexpr std::size_t kEntriesMax = 8'192;
constexpr std::string_view kNoticePurpose = "attempt-notice";  // the digests are stored: never renamed
constexpr seconds kNoticesKept{7 * 86'400};
constexpr int kRemovedAtATime = 1'000;

// Which kinds of attempt are about an account, and which are about a token.
bool is_about_account(Attempt kind) {
  return kind == Attempt::login || kind == Attempt::second_factor;
}
bool is_about_token(Attempt kind) {
  return kind == Attempt::agent_token || kind == Attempt::api_key || kind == Attempt::enrolment ||
         kind == Attempt::invitation || kind == Attempt::ping_address || kind == Attempt::event_key ||
         kind == Attempt::ack_link;
}

std::string_view words_for(Attempt kind) {
  switch (kind) {
    case Attempt::agent_token:
      return "agents' tokens";
    case Attempt::api_key:
      return "API keys";
    case Attempt::enrolment:
      return "enrolment keys";
    case Attempt::ping_address:
      return "ping addresses";
    case Attempt::event_key:
      return "keys of event sources";
    default:
      return "links";
  }
}

Actor nobody_at(const std::string& address) {
  Actor actor;
  actor.kind = Actor::Kind::system;
  actor.name = "nobody";
  actor.address = address;
  return actor;
}

}  // namespace

Result<bool> is_time_to_tell(Transaction& tx, AttemptNoticeStore& notices, const Key& digest_key,
                             std::string_view topic, Instant now, seconds every) {
  const TokenDigest digest = digest_token(digest_key, topic);
  const Instant last = TRY(notices.noticed_at(tx, digest));
  // A time in the future means that the clock was set back. Such an entry is ignored, or it could suppress mails for
  // years.
  if (last.is_set() && last <= now && last + every > now) return false;
  TRY(notices.put(tx, digest, now));
  return true;
}

AbuseWatch::AbuseWatch(const Parts& parts)
    : parts_(parts),
      digest_(parts.random),
      notice_key_(parts.keyring.derive(kNoticePurpose)),
      by_address_(kEntriesMax, kWindow),
      by_account_(kEntriesMax, kWindow) {}

AbuseWatch::Seen& AbuseWatch::count(Table& table, const ShortDigest& key, Monotonic now) const {
  Seen& seen = table.use(key, now);
  if (seen.failures > 0 && now - seen.since > kWindow) seen = Seen{};
  if (seen.failures == 0) seen.since = now;
  ++seen.failures;
  table.set_rank(key, seen.failures - 1);
  return seen;
}

std::vector<AbuseWatch::Suspicion> AbuseWatch::judge(Attempt kind, const AttemptBy& by) {
  const Monotonic now = parts_.clock.monotonic();
  const std::string unit = address_unit(by.address);
  const std::lock_guard lock(mutex_);
  std::vector<Suspicion> found;
  const auto suspect = [&](Kind what, int count) {
    found.push_back({what, kind, std::string(by.address), std::string(by.account), count});
  };

  // Failed logins and wrong tokens from one address are counted separately.
  Seen& address = count(by_address_, digest_.of(is_about_token(kind) ? 1 : 0, unit), now);
  std::uint32_t other = static_cast<std::uint32_t>(address.failures);  // no account named: each one differs
  if (!by.account.empty()) {
    const ShortDigest digest = digest_.of(2, by.account);
    std::memcpy(&other, digest.data(), sizeof other);
  }
  const auto end = address.different.begin() + static_cast<std::ptrdiff_t>(address.different_count);
  if (std::find(address.different.begin(), end, other) == end && address.different_count < address.different.size())
    address.different[address.different_count++] = other;
  const int different = static_cast<int>(address.different_count);
  const int limit = is_about_token(kind) ? kTokensOfAddress : kAccountsOfAddress;
  if ((is_about_token(kind) || is_about_account(kind)) && different >= limit && !address.told) {
    address.told = true;
    suspect(is_about_token(kind) ? Kind::guessing : Kind::stuffing, address.failures);
  }

  if (is_about_account(kind) && !by.account.empty()) {
    Seen& account = count(by_account_, digest_.of(3, by.account), now);
    if (account.failures >= kFailuresOfAccount && !account.told) {
      account.told = true;
      suspect(Kind::account, account.failures);
    }
    if (overall_.failures > 0 && now - overall_.since > kWindow) overall_ = Seen{};
    if (overall_.failures == 0) overall_.since = now;
    ++overall_.failures;
    if (overall_.failures >= kFailuresOverall && !overall_.told) {
      overall_.told = true;
      suspect(Kind::flood, overall_.failures);
    }
  }

  if (reports_ == 0 || now - reports_since_ > kWindow) {
    reports_ = 0;
    reports_since_ = now;
  }
  const auto room = static_cast<std::size_t>(std::max(0, kReportsMax - reports_));
  if (found.size() > room) found.resize(room);
  reports_ += static_cast<int>(found.size());
  return found;
}

void AbuseWatch::failed(Attempt kind, const AttemptBy& by) {
  for (Suspicion& suspicion : judge(kind, by)) report(std::move(suspicion));
}

void AbuseWatch::report(Suspicion suspicion) {
  parts_.stores.submit(
      Urgency::may_wait, [this, suspicion = std::move(suspicion)](Transaction& tx) { return write(tx, suspicion); },
      [](const Result<void>& written) {
        if (!written) log_warning("abuse.not_recorded", {{"cause", written.error().cause}});
      });
}

Result<void> AbuseWatch::write(Transaction& tx, const Suspicion& suspicion) const {
  const Actor actor = nobody_at(suspicion.address);
  switch (suspicion.kind) {
    case Kind::account: {
      // `account` is a mail address for a login and a user's id for a second factor.
      UserId id;
      const auto user = TRY(UserId::parse(suspicion.account, id) ? parts_.users.find(tx, id)
                                                                 : parts_.users.find_by_mail(tx, suspicion.account));
      if (!user) return {};  // no such account; the address is counted anyway
      TRY(parts_.audit.append_security(
          tx, actor, {}, user->id, "account.attempts_noticed", user->mail,
          fmt::format("{} failed {} within an hour", suspicion.count,
                      suspicion.attempt == Attempt::second_factor ? "second factors" : "logins")));
      return tell_person(tx, suspicion, *user);
    }
    case Kind::stuffing: {
      const std::string what =
          fmt::format("{} failed logins to many accounts within an hour, from {}", suspicion.count, suspicion.address);
      TRY(parts_.audit.append_security(tx, actor, {}, {}, "login.stuffing_noticed", suspicion.address, what));
      return tell_administrators(tx, "stuffing " + address_unit(suspicion.address), what);
    }
    case Kind::flood: {
      const std::string what =
          fmt::format("{} failed logins within an hour, over all accounts and addresses", suspicion.count);
      TRY(parts_.audit.append_security(tx, actor, {}, {}, "login.flood_noticed", "appliance", what));
      return tell_administrators(tx, "flood", what);
    }
    case Kind::guessing: {
      const std::string what = fmt::format("{} wrong {} within an hour, from {}", suspicion.count,
                                           words_for(suspicion.attempt), suspicion.address);
      TRY(parts_.audit.append_security(tx, actor, {}, {}, "token.guessing_noticed", suspicion.address, what));
      return tell_administrators(tx, "guessing " + address_unit(suspicion.address), what);
    }
  }
  return {};
}

Result<void> AbuseWatch::tell_person(Transaction& tx, const Suspicion& suspicion, const User& user) const {
  if (!user.enabled) return {};
  const Instant now = parts_.clock.believed();
  const bool due = TRY(is_time_to_tell(tx, parts_.notices, notice_key_, "account " + user.id.text(), now, kMailEvery));
  if (!due) return {};
  Letter letter;
  letter.kind = "attempts_on_account";
  letter.to_name = user.name;
  letter.to_address = user.mail;
  letter.headline = "Someone tried to log in to your account";
  letter.paragraphs = {
      fmt::format("Someone tried to log in to your account {} times within an hour and failed, the last time from {}.",
                  suspicion.count, suspicion.address),
      suspicion.attempt == Attempt::second_factor
          ? "They knew your password and failed at the second factor. If it was not you, choose a new password at once."
          : "If it was you, there is nothing to do. If not, your account is as safe as your password: choose a long one "
            "that you use nowhere else, and set up a second factor.",
      "Devices from which you logged in before are not slowed down by this. You get this mail at most once a day."};
  letter.useful_until = now + kMailEvery;
  // The event stays recorded even if the mail cannot be queued.
  if (const auto posted = parts_.letters.post(tx, letter); !posted)
    log_warning("abuse.letter_not_queued", {{"kind", letter.kind}, {"reason", posted.error().message}});
  return {};
}

Result<void> AbuseWatch::tell_administrators(Transaction& tx, const std::string& topic, const std::string& what) const {
  const Instant now = parts_.clock.believed();
  const bool due = TRY(is_time_to_tell(tx, parts_.notices, notice_key_, topic, now, kMailEvery));
  if (!due) return {};
  const auto administrators = TRY(parts_.notices.administrators(tx));
  for (const User& administrator : administrators) {
    Letter letter;
    letter.kind = "attempts_on_appliance";
    letter.to_name = administrator.name;
    letter.to_address = administrator.mail;
    letter.headline = "Suspicious attempts on your appliance";
    letter.paragraphs = {
        fmt::format("The appliance noticed {}.", what),
        "Each attempt waits longer than the one before, so nothing needs to be done at once. The security events have "
        "the details. Block the address at your firewall if it goes on.",
        "You get a mail about the same address at most once a day."};
    letter.useful_until = now + kMailEvery;
    if (const auto posted = parts_.letters.post(tx, letter); !posted)
      log_warning("abuse.letter_not_queued", {{"kind", letter.kind}, {"reason", posted.error().message}});
  }
  return {};
}

Result<void> AbuseWatch::remove_old(Transaction& tx) {
  return parts_.notices.remove_before(tx, parts_.clock.proven() - kNoticesKept, kRemovedAtATime);
}

}  // namespace connlog
