// What can leak, as a registry: each kind knows what there is of it, what answering a leak of it will do, and does it. A new
// kind of secret is a class of this interface and one line where the services are wired.
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

inline constexpr int kLeakSubjectsMax = 50;

struct LeakSubject {
  std::string id;      // what the kind finds it by
  std::string name;    // as people call it
  std::string detail;  // what tells it apart: a hint of the token, where it was used last
};

// What answering will do, said before it is done.
struct LeakPlan {
  LeakSubject subject;
  std::vector<std::string> automatic;  // sentences: "The old token stops working at once."
  std::vector<std::string> by_people;  // sentences: what remains to be done
};

struct LeakAnswer {
  LeakSubject subject;
  std::vector<std::string> done;       // sentences in the past: "The old token was ended."
  std::vector<std::string> by_people;  // what remains
  Secret secret;                       // the new one, shown once; empty: none
  std::string secret_label;            // "The new token of db-1"
  bool secret_is_link = false;         // a place on this appliance, such as /reset#token=…
  UserId about = {};                   // whose way in it touches; nil: nobody's in particular
};

struct LeakTold {  // who must know
  std::string name, mail;
};

class LeakKind {
 public:
  virtual ~LeakKind() = default;
  virtual LeakPlace place() const = 0;
  virtual std::string_view name() const = 0;   // "agent_token"; stored, never renamed
  virtual std::string_view title() const = 0;  // "An agent's token"
  // At most kLeakSubjectsMax whose name contains `search`.
  virtual Result<std::vector<LeakSubject>> subjects(Snapshot&, const Actor&, const std::string& search) const = 0;
  // `not_found` for a subject that is not there (any more), or not this actor's.
  virtual Result<LeakPlan> plan(Snapshot&, const Actor&, const std::string& subject) const = 0;
  // `session`: the one that it is asked from; nil with a program.
  virtual Result<LeakAnswer> answer(Transaction&, const Actor&, SessionId session, const std::string& subject) = 0;
  // Beside those whom the place tells by itself (a workspace: its owners and admins).
  virtual Result<std::vector<LeakTold>> told(Snapshot&, const Actor&, const std::string& /*subject*/) const {
    return std::vector<LeakTold>{};
  }
};

// Whether `search` (any case, ASCII) is in `text`.
bool contains_folded(std::string_view text, std::string_view search);

}  // namespace connlog
