// The address of the dead-man's switch as a secret that can leak.
#include "core/appliance/dead_man.h"

namespace connlog {
namespace {

constexpr const char* kAddress = "address";

Error gone() {
  return Error{ErrorCode::not_found, "No address of a dead-man's switch is set (any more).", "subject"};
}

class DeadManAddress final : public LeakKind {
 public:
  explicit DeadManAddress(DeadMan& dead_man) : dead_man_(dead_man) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::appliance; }
  std::string_view name() const override { return "dead_man_address"; }
  std::string_view title() const override { return "The address of the dead-man's switch"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor&, const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const DeadManSettings known = TRY(dead_man_.settings(snapshot));
    if (!known.sealed_url.empty() && contains_folded(known.shown, search)) out.push_back(leaked_of(known));
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor&, const std::string& leaked) const override {
    const DeadManSettings known = TRY(find(snapshot, leaked));
    return LeakPlan{leaked_of(known),
                    {"connlog forgets the address and calls nobody until a new one is entered.",
                     "Your watcher hears nothing from then on, and raises the alarm."},
                    left()};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const DeadManSettings known = TRY(find(tx, leaked));
    DeadManChange change;
    change.forgets_url = true;
    TRY(dead_man_.change(tx, actor, change));
    return LeakAnswer{leaked_of(known), {"The address was forgotten. Nobody is called any more."}, left(), {}, {}, false, {}};
  }

 private:
  static LeakedSecret leaked_of(const DeadManSettings& known) { return {kAddress, known.shown, {}}; }
  static std::vector<std::string> left() {
    return {"Have your watcher give you a new address, and end the old one there: who has it can keep the watcher quiet.",
            "Enter the new one under Appliance."};
  }
  Result<DeadManSettings> find(Snapshot& snapshot, const std::string& leaked) const {
    DeadManSettings known = TRY(dead_man_.settings(snapshot));
    if (leaked != kAddress || known.sealed_url.empty()) return gone();
    return known;
  }

  DeadMan& dead_man_;
};

}  // namespace

std::unique_ptr<LeakKind> dead_man_leak(DeadMan& dead_man) {
  return std::make_unique<DeadManAddress>(dead_man);
}

}  // namespace connlog
