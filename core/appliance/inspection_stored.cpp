// Rows about what is in the database: mail, recipients, people, keys, limits.
#include <fmt/format.h>

#include "core/appliance/inspection_rows.h"

namespace connlog {
namespace {

using enum FindingSeverity;

constexpr std::size_t kUnreachableShown = 20;
constexpr std::int64_t kTrailDaysFew = 90;
constexpr std::int64_t kSessionHoursMany = 31 * 24;

std::int64_t limit(const StoredFacts& facts, Limit which, std::int64_t absent) {
  const auto found = facts.limits.find(which);
  return found == facts.limits.end() ? absent : found->second;
}

Problems unclaimed(const StoredFacts& facts, Instant) {
  if (facts.is_claimed) return {};
  return {{warning, "Nobody owns this appliance yet.",
           "Who gets hold of the set-up link, which each start prints, becomes its owner.",
           "Open the set-up link of the last start. `connlog serve` prints a new one at each start."}};
}

Problems no_mail(const StoredFacts& facts, Instant) {
  if (facts.mail_is_set_up) return {};
  return {{warning, "No mail server is set up.",
           "Nobody can be told of alerts, logins or a lost password by mail, and administrators hear nothing of the "
           "appliance's own troubles.",
           "Appliance, Mail: enter your mail server and send a test."}};
}

Problems untested_mail(const StoredFacts& facts, Instant) {
  if (!facts.mail_is_set_up || facts.mail_was_taken) return {};
  return {{warning, "The mail server has never taken a mail from here.",
           "Whether alerts arrive shows only when the first one is needed.", "Appliance, Mail: Send a test."}};
}

Problems failing_mail(const StoredFacts& facts, Instant) {
  if (facts.mail_trouble.empty()) return {};
  return {{danger, facts.mail_trouble, "Alerts and letters by mail wait and do not arrive.",
           "Appliance, Mail: correct the settings and send a test, which shows the server's own answer."}};
}

Problems nobody_told(const StoredFacts& facts, Instant) {
  const Named& found = facts.workspaces_without_recipient;
  if (found.count == 0) return {};
  return {{warning,
           fmt::format("{} watched, but nobody is told: {}.",
                       found.count == 1 ? "A workspace is" : fmt::format("{} workspaces are", found.count),
                       names_of(found)),
           "Incidents open, and nobody hears of them.",
           "In that workspace: Recipients, add one that receives by default, and test it."}};
}

Problems unreachable(const StoredFacts& facts, Instant) {
  Problems out;
  for (const UnreachableRecipient& each : facts.unreachable) {
    if (out.size() == kUnreachableShown) break;
    out.push_back(
        {warning,
         fmt::format("The recipient \"{}\" of {} could not be reached the last time.", each.name, each.workspace),
         fmt::format("Alerts to it are lost. The other side said: {}", each.trouble),
         "In that workspace: Recipients, correct it and send a test."});
  }
  return out;
}

Problems untested_recipients(const StoredFacts& facts, Instant) {
  const Named& found = facts.recipients_untested;
  if (found.count == 0) return {};
  return {{note,
           fmt::format("{} heard from connlog for 90 days: {}.",
                       found.count == 1 ? "A recipient has not" : fmt::format("{} recipients have not", found.count),
                       names_of(found)),
           "An address that ended meanwhile shows only when an alert is lost.",
           "In that workspace: Recipients, Send a test."}};
}

Problems open_registration(const StoredFacts& facts, Instant) {
  if (limit(facts, Limit::open_registration, 0) == 0) return {};
  return {{warning, "Everybody who reaches the login page may register an account.",
           "Strangers get accounts, and with the limit create_workspaces their own workspaces on your machine.",
           "Appliance, Limits: switch \"Open registration\" off, and invite people."}};
}

Problems without_factor(const StoredFacts& facts, Instant) {
  const Named& found = facts.administrators_without_factor;
  if (found.count == 0) return {};
  return {{warning,
           fmt::format("{} no second factor: {}.",
                       found.count == 1 ? "An administrator has" : fmt::format("{} administrators have", found.count),
                       names_of(found)),
           "One guessed or stolen password opens everything.",
           "Each of them: My account, Security, add an authenticator app or a passkey."}};
}

Problems single_administrator(const StoredFacts& facts, Instant) {
  if (facts.administrators != 1) return {};
  return {{note, "Only one person administers this appliance.",
           "If they are away or locked out, nobody can act but by the command line of the machine.",
           "Appliance, Users: make a second person an administrator."}};
}

Problems stale_people(const StoredFacts& facts, Instant) {
  Problems out;
  if (facts.administrators_stale.count > 0) {
    out.push_back(
        {warning,
         fmt::format("Administrators who have not logged in for 90 days: {}.", names_of(facts.administrators_stale)),
         "An account that nobody looks after is taken over unseen.",
         "Appliance, Users: take the administration away, or disable the account."});
  }
  if (facts.people_stale.count > 0) {
    out.push_back({note, fmt::format("People who have not logged in for 90 days: {}.", names_of(facts.people_stale)),
                   "An account that nobody uses is taken over unseen.",
                   "Appliance, Users: disable or delete the account."});
  }
  return out;
}

Problems unused_keys(const StoredFacts& facts, Instant) {
  if (facts.api_keys_unused.count == 0) return {};
  return {{note, fmt::format("API keys that were not used for 90 days: {}.", names_of(facts.api_keys_unused)),
           "A key that nobody needs can only be misused.",
           "Settings, API keys of the workspace, or My account, API keys: revoke it."}};
}

Problems old_keys(const StoredFacts& facts, Instant) {
  if (facts.api_keys_old.count == 0) return {};
  return {{note, fmt::format("API keys that are older than a year: {}.", names_of(facts.api_keys_old)),
           "Who left meanwhile may still have a copy.",
           "Settings, API keys of the workspace, or My account, API keys: make a new one, and revoke the old one."}};
}

Problems short_trails(const StoredFacts& facts, Instant) {
  Problems out;
  for (const Limit each : {Limit::audit_days, Limit::security_event_days, Limit::appliance_trail_days}) {
    const std::int64_t days = limit(facts, each, 0);
    if (days == 0 || days >= kTrailDaysFew) continue;
    out.push_back({warning,
                   fmt::format("{} is {}: traces are deleted after {} days.",
                               limit_facts()[static_cast<std::size_t>(each)].name, days, days),
                   "A break-in is often found only months later.",
                   "Appliance, Limits: keep them for 400 days, or forward them to syslog (Appliance, Trails)."});
  }
  return out;
}

Problems long_sessions(const StoredFacts& facts, Instant) {
  const std::int64_t hours = limit(facts, Limit::session_absolute_hours, 0);
  if (hours <= kSessionHoursMany) return {};
  return {{note, fmt::format("A session may last for {} days.", hours / 24),
           "A browser that was left open somewhere stays a way in for as long.",
           "Appliance, Limits: \"Session: at most\"."}};
}

Problems in_recovery(const StoredFacts& facts, Instant) {
  if (!facts.is_in_recovery) return {};
  return {{warning, "The appliance is in recovery: it was restored and not yet released.",
           "Heartbeats are taken, but nobody is told of anything.",
           "Appliance, Recovery, or `connlog restore finish`, once you have vouched for keys and people."}};
}

constexpr InspectionRow<StoredFacts> kRows[] = {
    {"people.unclaimed", FindingArea::people, "The appliance has an owner.", unclaimed},
    {"mail.unset", FindingArea::mail, "A mail server is set up.", no_mail},
    {"mail.untested", FindingArea::mail, "The mail server has taken mails, or none is set up.", untested_mail},
    {"mail.failing", FindingArea::mail, "Nothing says that mail fails.", failing_mail},
    {"recipients.none", FindingArea::recipients, "In each watched workspace somebody is told.", nobody_told},
    {"recipients.unreachable", FindingArea::recipients, "No recipient failed the last time.", unreachable},
    {"recipients.untested", FindingArea::recipients, "Each recipient was reached within 90 days.", untested_recipients},
    {"people.open_registration", FindingArea::people, "Accounts are made by invitation alone.", open_registration},
    {"people.second_factor", FindingArea::people, "Every administrator has a second factor.", without_factor},
    {"people.single_administrator", FindingArea::people, "More than one person can administer.", single_administrator},
    {"people.stale", FindingArea::people, "Everybody has logged in within 90 days.", stale_people},
    {"people.api_keys_unused", FindingArea::people, "Every API key is in use.", unused_keys},
    {"people.api_keys_old", FindingArea::people, "No API key is older than a year.", old_keys},
    {"people.trails", FindingArea::people, "Traces are kept for three months and more.", short_trails},
    {"people.sessions", FindingArea::people, "No session lasts for more than a month.", long_sessions},
    {"database.recovery", FindingArea::database, "The appliance is not in recovery.", in_recovery},
};

}  // namespace

std::span<const InspectionRow<StoredFacts>> stored_rows() {
  return kRows;
}

}  // namespace connlog
