#include "core/trust/workspace_leaks.h"

#include <fmt/format.h>

#include "core/crypto/sealed.h"
#include "core/crypto/token.h"
#include "core/notify/channel.h"

namespace connlog {
namespace {

constexpr const char* kFindTheSource =
    "Find out how it got out (shell history, a ticket, a backup, a repository) and remove it there.";

Error gone(std::string_view what) {
  return Error{ErrorCode::not_found, fmt::format("There is no such {} (any more).", what), "subject"};
}

class AgentToken final : public LeakKind {
 public:
  AgentToken(const SubjectStore& subjects, const AgentStore& agents, AgentService& service)
      : subjects_(subjects), agents_(agents), service_(service) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }
  std::string_view name() const override { return "agent_token"; }
  std::string_view title() const override { return "An agent's token"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto subjects = TRY(subjects_.list(snapshot, actor.workspace));
    for (const Subject& subject : subjects) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (subject.kind != SubjectKind::agent || !contains_folded(subject.name, search)) continue;
      const auto agent = TRY(agents_.find(snapshot, actor.workspace, AgentId::of(subject.id)));
      if (agent) out.push_back(leaked_of({subject.name, *agent}));
    }
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const Named agent = TRY(find(snapshot, actor, leaked));
    return LeakPlan{
        leaked_of(agent),
        {fmt::format("{} gets a new token, which is shown to you once.", agent.name),
         "The old token stops working at once: whoever uses it is refused, and that is recorded.",
         "Until the new token is on the host, its heartbeats are refused too, and its silence rule may open."},
        left(agent)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const Named agent = TRY(find(tx, actor, leaked));
    AgentWithToken renewed = TRY(service_.rotate_token(tx, actor, agent.row.id));
    return LeakAnswer{leaked_of(agent),
                      {fmt::format("{} got a new token.", agent.name), "The old token was ended."},
                      left(agent),
                      std::move(renewed.token),
                      fmt::format("The new token of {}", agent.name),
                      false,
                      {}};
  }

 private:
  struct Named {
    std::string name;  // the subject's
    Agent row;
  };
  static LeakedSecret leaked_of(const Named& agent) {
    return {agent.row.id.text(), agent.name, agent.row.token_hint};
  }
  static std::vector<std::string> left(const Named& agent) {
    return {
        fmt::format("Put the new token on {}: run its install command again, or write it into the agent's settings.",
                    agent.name),
        fmt::format(
            "Look whether the readings of {} of the last days are its own: with the token anybody could report.",
            agent.name),
        kFindTheSource};
  }
  Result<Named> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    AgentId id;
    if (!AgentId::parse(leaked, id)) return gone("agent");
    auto agent = TRY(agents_.find(snapshot, actor.workspace, id));
    const auto subject = TRY(subjects_.find(snapshot, actor.workspace, id));
    if (!agent || !subject || subject->removed_at.is_set()) return gone("agent");
    return Named{subject->name, *std::move(agent)};
  }

  const SubjectStore& subjects_;
  const AgentStore& agents_;
  AgentService& service_;
};

class WebhookSecret final : public LeakKind {
 public:
  WebhookSecret(RecipientStore& recipients, const Keyring& keyring, AuditLog& audit, Random& random)
      : recipients_(recipients), keyring_(keyring), audit_(audit), random_(random) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }
  std::string_view name() const override { return "webhook_secret"; }
  std::string_view title() const override { return "A webhook's signing secret"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto recipients = TRY(recipients_.list(snapshot, actor.workspace));
    for (const Recipient& recipient : recipients) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (kind_of(recipient) != nullptr && contains_folded(recipient.name, search)) out.push_back(leaked_of(recipient));
    }
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const Recipient recipient = TRY(find(snapshot, actor, leaked));
    return LeakPlan{
        leaked_of(recipient),
        {fmt::format("{} gets a new signing secret, which is shown to you once.", recipient.name),
         "Everything that is sent from then on is signed with it, what waits in the outbox too.",
         "The receiver refuses our messages until it knows the new secret; they are tried again meanwhile."},
        left(recipient)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    Recipient recipient = TRY(find(tx, actor, leaked));
    const ChannelKind& kind = *kind_of(recipient);  // find() wants one
    Secret secret = make_token(kind.secret_prefix, random_);
    seal_secret(recipient, kind.leak_field, secret, keyring_, random_);
    ++recipient.version;
    TRY(recipients_.update(tx, recipient));
    TRY(audit_.append(tx, actor, "recipient.secret_rotated", recipient.name));
    return LeakAnswer{
        leaked_of(recipient),
        {fmt::format("{} got a new signing secret.", recipient.name), "The old secret signs nothing any more."},
        left(recipient),
        std::move(secret),
        fmt::format("The new signing secret of {}", recipient.name),
        false,
        {}};
  }

 private:
  static LeakedSecret leaked_of(const Recipient& recipient) {
    return {recipient.id.text(), recipient.name, recipient.shown};
  }
  static std::vector<std::string> left(const Recipient& recipient) {
    return {fmt::format("Enter the new secret at the receiver of {}, then send a test.", recipient.name),
            "Look in the receiver for messages that did not come from here: with the secret anybody could sign one.",
            kFindTheSource};
  }
  Result<Recipient> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    RecipientId id;
    if (!RecipientId::parse(leaked, id)) return gone("webhook");
    auto recipient = TRY(recipients_.find(snapshot, actor.workspace, id));
    if (!recipient || kind_of(*recipient) == nullptr) return gone("webhook");
    return *std::move(recipient);
  }

  // The kind, where connlog itself makes a secret of it anew; else null.
  static const ChannelKind* kind_of(const Recipient& recipient) {
    const ChannelKind* kind = all_channels().find(recipient.channel);
    return kind == nullptr || kind->leak_field.empty() ? nullptr : kind;
  }

  RecipientStore& recipients_;
  const Keyring& keyring_;
  AuditLog& audit_;
  Random& random_;
};

class WorkspaceApiKey final : public LeakKind {
 public:
  explicit WorkspaceApiKey(ApiKeys& keys) : keys_(keys) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }
  std::string_view name() const override { return "api_key"; }
  std::string_view title() const override { return "An API key of the workspace"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto keys = TRY(keys_.list(snapshot, actor));
    for (const ApiKey& key : keys) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (!key.revoked_at.is_set() && contains_folded(key.name, search)) out.push_back(leaked_of(key));
    }
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const ApiKey key = TRY(find(snapshot, actor, leaked));
    return LeakPlan{
        leaked_of(key),
        {fmt::format("The key {} is revoked at once; its use from then on is refused and recorded.", key.name)},
        left(key)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const ApiKey key = TRY(find(tx, actor, leaked));
    TRY(keys_.revoke(tx, actor, key.id));
    return LeakAnswer{leaked_of(key), {fmt::format("The key {} was revoked.", key.name)}, left(key), {}, {}, false, {}};
  }

 private:
  static LeakedSecret leaked_of(const ApiKey& key) { return {key.id.text(), key.name, key.token_hint}; }
  static std::vector<std::string> left(const ApiKey& key) {
    return {"Make a new key for the program that used it, with the fewest rights it can do with.",
            fmt::format("Look in the audit log for what the key {} did that its program would not do.", key.name),
            kFindTheSource};
  }
  Result<ApiKey> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    auto keys = TRY(keys_.list(snapshot, actor));
    for (ApiKey& key : keys) {
      if (key.id.text() == leaked && !key.revoked_at.is_set()) return std::move(key);
    }
    return gone("API key");
  }

  ApiKeys& keys_;
};

class WorkspaceEnrolmentKey final : public LeakKind {
 public:
  explicit WorkspaceEnrolmentKey(EnrolmentKeys& keys) : keys_(keys) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }
  std::string_view name() const override { return "enrolment_key"; }
  std::string_view title() const override { return "An enrolment key"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto keys = TRY(keys_.list(snapshot, actor.workspace));
    for (const EnrolmentKey& key : keys) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (!key.revoked_at.is_set() && contains_folded(key.name, search)) out.push_back(leaked_of(key));
    }
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const EnrolmentKey key = TRY(find(snapshot, actor, leaked));
    return LeakPlan{
        leaked_of(key),
        {fmt::format(
            "The key {} is revoked at once: no host joins with it any more. Agents that joined keep their own tokens.",
            key.name)},
        left(key)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const EnrolmentKey key = TRY(find(tx, actor, leaked));
    TRY(keys_.revoke(tx, actor, key.id));
    return LeakAnswer{leaked_of(key), {fmt::format("The key {} was revoked.", key.name)}, left(key), {}, {}, false, {}};
  }

 private:
  static LeakedSecret leaked_of(const EnrolmentKey& key) { return {key.id.text(), key.name, key.token_hint}; }
  static std::vector<std::string> left(const EnrolmentKey& key) {
    return {
        fmt::format("Look through the agents that joined with {}: remove those that are not yours.", key.name),
        "Make a new enrolment key for hosts that still have to join, with few uses and the addresses they come from.",
        kFindTheSource};
  }
  Result<EnrolmentKey> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    auto keys = TRY(keys_.list(snapshot, actor.workspace));
    for (EnrolmentKey& key : keys) {
      if (key.id.text() == leaked && !key.revoked_at.is_set()) return std::move(key);
    }
    return gone("enrolment key");
  }

  EnrolmentKeys& keys_;
};

}  // namespace

std::unique_ptr<LeakKind> agent_token_leak(const SubjectStore& subjects, const AgentStore& agents,
                                           AgentService& service) {
  return std::make_unique<AgentToken>(subjects, agents, service);
}

std::unique_ptr<LeakKind> webhook_secret_leak(RecipientStore& recipients, const Keyring& keyring, AuditLog& audit,
                                              Random& random) {
  return std::make_unique<WebhookSecret>(recipients, keyring, audit, random);
}

std::unique_ptr<LeakKind> enrolment_key_leak(EnrolmentKeys& keys) {
  return std::make_unique<WorkspaceEnrolmentKey>(keys);
}

std::unique_ptr<LeakKind> workspace_api_key_leak(ApiKeys& keys) {
  return std::make_unique<WorkspaceApiKey>(keys);
}

}  // namespace connlog
