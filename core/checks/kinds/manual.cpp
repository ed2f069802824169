// The kind "manual": nothing is asked, people say what state it is in. Immutable; any thread.
#include "core/checks/check.h"

namespace connlog {
namespace {

constexpr Field kFields[] = {
    {.name = "note",
     .label = "What it stands for",
     .type = FieldType::text,
     .help = "People and programs set its state: here, or by POST …/monitors/{id}/state.",
     .example = "Backup tapes are in the safe"},
};

CheckTarget no_target(const FieldValues&) {
  return {};
}

std::string shown(const FieldValues& values) {
  return values.text("note");
}

}  // namespace

extern const CheckKind kManualCheck;
const CheckKind kManualCheck{
    .word = "manual",
    .title = "Set by hand",
    .icon = "hand",
    .fields = kFields,
    .target = no_target,
    .shown = shown,
    .begin = nullptr,
    .for_probes = false,
};

}  // namespace connlog
