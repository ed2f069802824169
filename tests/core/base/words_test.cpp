// The tables of closed sets: there and back, and what a word may look like. That a table is whole is checked where it
// is compiled.
#include "core/base/words.h"

#include <doctest/doctest.h>

#include <string>

#include "core/access/access_review.h"
#include "core/audit/syslog_forward.h"
#include "core/audit/trail.h"
#include "core/base/events.h"
#include "core/crypto/master_key.h"
#include "core/identity/accounts.h"
#include "core/identity/attempt_limiter.h"
#include "core/identity/factor.h"
#include "core/identity/oidc/provider.h"
#include "core/net/smtp.h"
#include "core/notify/notification.h"
#include "core/people/actor.h"
#include "core/people/workspace.h"
#include "core/people/workspace_setting.h"
#include "core/trust/leak.h"
#include "core/trust/legal_text.h"
#include "core/watch/group.h"
#include "core/watch/incident.h"
#include "core/watch/rule.h"
#include "core/watch/subject.h"
#include "core/watch/subject_filter.h"
#include "core/watch/telling/telling_store.h"

using namespace connlog;

namespace {

template <typename... Enums>
struct Sets {};

using All = Sets<AccessItem::Kind, Accounts::MailLink, Accounts::MailOutcome, Action, Actor::Kind, Announcement::Kind,
                 Attempt, Comparison, EventName, Health, IncidentStore::Filter::State, LeakOwnerKind, LegalBlock::Kind,
                 MachinePolicy, MailSecurity, MasterKeyForm, Notification::State, ProofMethod, ProviderPreset,
                 Recipient::Consent, Resolution, Role, RuleKind, RuleState::Phase, RuleTarget::Kind, Severity,
                 ShownState, StageName, StageVerdict, State, StateReason, SubjectKind, SubjectOrder, SyslogState::Phase,
                 TellingPhase, TellingReason, ToldWhat, Trail, TrailFinding::Kind, webauthn::Algorithm,
                 WorkspaceSetting::DisabledBy>;

template <typename Enum>
void check_set() {
  CHECK(words_of<Enum>().size() == values_of<Enum>().size());
  for (const Enum value : values_of<Enum>()) {
    const std::string word(to_text(value));
    CAPTURE(word);
    CHECK(parse_word<Enum>(word) == value);
    CHECK_FALSE(parse_word<Enum>(word + "\n"));
    CHECK_FALSE(parse_word<Enum>(word + " "));
    // Words stand in SQL, in JSON and in addresses as they are.
    CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos);
  }
  CHECK_FALSE(parse_word<Enum>("no such word"));
}

template <typename... Enums>
void check_all(Sets<Enums...>) {
  (check_set<Enums>(), ...);
}

}  // namespace

TEST_CASE("each word of each closed set leads to its value and back, and nothing else does") {
  check_all(All{});
}

TEST_CASE("the words of a set are listed in the order of its values") {
  CHECK(listed(words_of<Severity>()) == "info, warning, critical");
  CHECK(listed({}) == "");
  CHECK(words_of<Trail>()[1].text == "security");
}

TEST_CASE("a value that is none of the set's has no word") {
  CHECK(text_in(words_of<Severity>(), 3).empty());
  CHECK(text_in(words_of<Severity>(), -1).empty());
  CHECK(find_word(words_of<Severity>(), "") == nullptr);
}
