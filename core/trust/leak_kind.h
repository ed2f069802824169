// The kinds of secrets that can leak. Each kind lists its secrets, says what the answer to a leak of one will do, and
// does it. A new kind is a class with this interface, and one line in trust_services.cpp. Methods run inside the
// caller's snapshot or transaction. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/base/secret.h"
#include "core/base/transaction.h"
#include "core/trust/leak.h"

namespace connlog {

inline constexpr int kLeakedSecretsMax = 50;

struct LeakedSecret {
  std::string id;      // by which the kind finds it
  std::string name;    // as people call it
  std::string detail;  // what tells it apart: a hint of the token, where it was used last
};

// What the answer will do, shown before it is done.
struct LeakPlan {
  LeakedSecret leaked;
  std::vector<std::string> automatic;  // sentences: "The old token stops working at once."
  std::vector<std::string> by_people;  // sentences: what remains to be done
};

struct LeakAnswer {
  LeakedSecret leaked;
  std::vector<std::string> done;       // sentences in the past: "The old token was ended."
  std::vector<std::string> by_people;  // what remains
  Secret secret;                       // the new one, shown once; empty: none
  std::string secret_label;            // "The new token of db-1"
  bool secret_is_link = false;         // an address on this appliance, such as /reset#token=…
  UserId about = {};                   // the person whose way in it ends; nil: nobody in particular
};

struct LeakTold {  // a person who must be told
  std::string name, mail;
};

class LeakKind {
 public:
  virtual ~LeakKind() = default;
  virtual LeakOwnerKind owner_kind() const = 0;
  virtual std::string_view name() const = 0;   // "agent_token"; stored, never renamed
  virtual std::string_view title() const = 0;  // "An agent's token"
  // At most kLeakedSecretsMax whose name contains `search`.
  virtual Result<std::vector<LeakedSecret>> secrets(Snapshot&, const Actor&, const std::string& search) const = 0;
  // `not_found` for a secret that does not exist (any more) or is not this actor's.
  virtual Result<LeakPlan> plan(Snapshot&, const Actor&, const std::string& leaked) const = 0;
  // `session`: the one in which the person reports the leak; nil when a program (API key) reports it.
  virtual Result<LeakAnswer> answer(Transaction&, const Actor&, SessionId session, const std::string& leaked) = 0;
  // People who are told in addition to those of the list (of a workspace: its owners and admins).
  virtual Result<std::vector<LeakTold>> told(Snapshot&, const Actor&, const std::string& /*leaked*/) const {
    return std::vector<LeakTold>{};
  }
};

// Whether `search` (any case, ASCII) is in `text`.
bool contains_folded(std::string_view text, std::string_view search);

}  // namespace connlog
