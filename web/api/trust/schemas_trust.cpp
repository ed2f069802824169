// The schemas of leaks, of the operator's texts, of whom to tell about a weakness, and of the keys.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

namespace {

json leak(bool whole) {
  json out = object({{"id", id()},
                     {"kind", text()},
                     {"title", described(text(), "What leaked, in words.")},
                     {"subject_name", text()},
                     {"circumstances", text()},
                     {"at", time()},
                     {"by", text()},
                     {"closed_at", or_null(time())},
                     {"closed_by", text()},
                     {"steps_open", described(integer(), "Steps of the checklist that people must still do.")},
                     {"version", integer()}});
  if (whole) {
    out["properties"]["steps"] = list(reference("LeakStep"));
    out["required"].push_back("steps");
  }
  return out;
}

json acceptance(bool of_somebody) {
  json out = object({{"name", text()}, {"title", text()}, {"version", text()}, {"at", time()}, {"address", text()}});
  if (of_somebody) {
    out["properties"]["person"] = text();
    out["properties"]["mail"] = text();
  }
  return out;
}

}  // namespace

json trust_schemas() {
  const json contacts = described(list(text()), "mailto:, https: or tel: addresses, best first.");
  return {
      {"Leak", leak(false)},
      {"LeakList", page_of("Leak")},
      {"WholeLeak", leak(true)},
      {"LeakStep", object({{"position", integer()},
                           {"automatic", described(flag(), "connlog did it.")},
                           {"text", text()},
                           {"done_at", described(or_null(time()), "Null: still to be done.")},
                           {"done_by", text()},
                           {"note", text()}})},
      {"LeakKind", object({{"kind", text()}, {"title", text()}})},
      {"LeakKindList", page_of("LeakKind")},
      {"LeakSubject", object({{"id", id()}, {"name", text()}, {"detail", text()}})},
      {"LeakSubjectList", page_of("LeakSubject")},
      {"LeakPlan", object({{"subject", reference("LeakSubject")},
                           {"automatic", described(list(text()), "What connlog will do.")},
                           {"by_people", described(list(text()), "What people will have to do.")}})},
      {"NewLeak", object({{"kind", text(1, 40)}, {"subject", text(1, 100)}, optional("circumstances", text(0, 500))})},
      {"ReportedLeak", object({{"leak", reference("WholeLeak")},
                               {"secret", described(or_null(text()), "The new secret, shown once.")},
                               {"secret_label", text()},
                               {"secret_is_link", described(flag(), "The secret is a place on this appliance.")}})},
      {"LeakChange", object({{"closed", flag()}})},
      {"LeakStepChange", object({{"done", flag()}, optional("note", text(0, 500))})},
      {"ListedLegalText", object({{"name", text()},
                                  {"title", text()},
                                  {"asks_for_acceptance", flag()},
                                  {"version", described(text(), "SHA-256 of the file, in hex.")}})},
      {"LegalTextList", page_of("ListedLegalText")},
      {"LegalText", object({{"name", text()},
                            {"title", text()},
                            {"asks_for_acceptance", flag()},
                            {"version", text()},
                            {"blocks", list(object({{"kind", one_of({"heading", "paragraph", "bullet", "numbered"})},
                                                    {"level", integer()},
                                                    {"text", text()}}))}})},
      {"LegalAcceptance", object({{"name", text(1, 40)}, {"version", text(64, 64)}})},
      {"LegalPending", object({{"pending", list(text())}})},
      {"OwnLegalState", object({{"pending", list(text())}, {"accepted", list(acceptance(false))}})},
      {"Acceptance", acceptance(true)},
      {"AcceptanceList", page_of("Acceptance")},
      {"SecurityPolicy", object({{"contacts", contacts},
                                 {"policy", described(text(), "The operator's own; empty: connlog's default.")},
                                 {"languages", text()},
                                 {"encryption", text()},
                                 {"acknowledgments", text()}})},
      {"SecurityPolicyChange",
       object({optional("contacts", contacts), optional("policy", text(0, 20'000)), optional("languages", text(0, 100)),
               optional("encryption", text(0, 300)), optional("acknowledgments", text(0, 300))})},
      {"Keys",
       object({{"form", one_of({"file", "passphrase", "credential"})},
               {"generation", integer()},
               {"rotating", flag()},
               {"command", described(text(), "What renews the master key, typed on the appliance's machine.")}})},
      {"RotatedKeys", object({{"form", one_of({"file", "passphrase", "credential"})},
                              {"generation", integer()},
                              {"rotating", flag()},
                              {"command", text()},
                              {"renewed", integer()},
                              {"unreadable", integer()}})},
  };
}

}  // namespace connlog::web
