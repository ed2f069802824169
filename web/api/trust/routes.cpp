// Routes of trust: leaks, the appliance's legal texts, whom to tell about a weakness, the keys.
#include "web/api/rows.h"
#include "web/api/trust/handlers.h"

namespace connlog::web::trust {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // Something leaked
    get("listLeaks", "/api/v1/workspaces/{w}/leaks", answer_leak, Leaks<LeakOwnerKind::workspace>::list,
        "Leaks of a workspace's secrets, newest first", asks("limit after"), answers("LeakList")),
    post("reportLeak", "/api/v1/workspaces/{w}/leaks", answer_leak, Leaks<LeakOwnerKind::workspace>::report,
         "Answer a leak: rotate or revoke, end what depends on it, tell who must know", takes("NewLeak"),
         answers("ReportedLeak", 201)),
    get("listLeakKinds", "/api/v1/workspaces/{w}/leak-kinds", answer_leak, Leaks<LeakOwnerKind::workspace>::kinds,
        "What can leak", answers("LeakKindList")),
    get("listLeakSubjects", "/api/v1/workspaces/{w}/leak-subjects", answer_leak,
        Leaks<LeakOwnerKind::workspace>::secrets, "What there is of a kind", asks("kind q"),
        answers("LeakSubjectList")),
    get("planLeak", "/api/v1/workspaces/{w}/leak-plan", answer_leak, Leaks<LeakOwnerKind::workspace>::plan,
        "What answering it will do", asks("kind subject"), answers("LeakPlan")),
    get("showLeak", "/api/v1/workspaces/{w}/leaks/{id}", answer_leak, Leaks<LeakOwnerKind::workspace>::show,
        "One leak with its checklist", answers("WholeLeak")),
    patch("changeLeak", "/api/v1/workspaces/{w}/leaks/{id}", review_access, Leaks<LeakOwnerKind::workspace>::change,
          "Close it, or open it again", takes("LeakChange"), answers("WholeLeak")),
    patch("tickLeakStep", "/api/v1/workspaces/{w}/leaks/{id}/steps/{n}", review_access,
          Leaks<LeakOwnerKind::workspace>::tick, "Tick a step of the checklist, with a note", takes("LeakStepChange"),
          answers("WholeLeak")),
    get("exportLeak", "/api/v1/workspaces/{w}/leaks/{id}/export", answer_leak,
        Leaks<LeakOwnerKind::workspace>::document, "The leak for the file: JSON or Markdown", asks("format"),
        answers("application/octet-stream")),
    get("listOwnLeaks", "/api/v1/account/leaks", session, Leaks<LeakOwnerKind::account>::list,
        "Leaks of one's own secrets, newest first", asks("limit after"), answers("LeakList")),
    post("reportOwnLeak", "/api/v1/account/leaks", session.fresh(), Leaks<LeakOwnerKind::account>::report,
         "Answer a leak: rotate or revoke, end what depends on it, tell who must know", takes("NewLeak"),
         answers("ReportedLeak", 201)),
    get("listOwnLeakKinds", "/api/v1/account/leak-kinds", session, Leaks<LeakOwnerKind::account>::kinds,
        "What can leak", answers("LeakKindList")),
    get("listOwnLeakSubjects", "/api/v1/account/leak-subjects", session, Leaks<LeakOwnerKind::account>::secrets,
        "What there is of a kind", asks("kind q"), answers("LeakSubjectList")),
    get("planOwnLeak", "/api/v1/account/leak-plan", session, Leaks<LeakOwnerKind::account>::plan,
        "What answering it will do", asks("kind subject"), answers("LeakPlan")),
    get("showOwnLeak", "/api/v1/account/leaks/{id}", session, Leaks<LeakOwnerKind::account>::show,
        "One leak with its checklist", answers("WholeLeak")),
    patch("changeOwnLeak", "/api/v1/account/leaks/{id}", session, Leaks<LeakOwnerKind::account>::change,
          "Close it, or open it again", takes("LeakChange"), answers("WholeLeak")),
    patch("tickOwnLeakStep", "/api/v1/account/leaks/{id}/steps/{n}", session, Leaks<LeakOwnerKind::account>::tick,
          "Tick a step of the checklist, with a note", takes("LeakStepChange"), answers("WholeLeak")),
    get("exportOwnLeak", "/api/v1/account/leaks/{id}/export", session, Leaks<LeakOwnerKind::account>::document,
        "The leak for the file: JSON or Markdown", asks("format"), answers("application/octet-stream")),
    get("listApplianceLeaks", "/api/v1/appliance/leaks", administrator, Leaks<LeakOwnerKind::appliance>::list,
        "Leaks of people's secrets, newest first", asks("limit after"), answers("LeakList")),
    post("reportApplianceLeak", "/api/v1/appliance/leaks", administrator, Leaks<LeakOwnerKind::appliance>::report,
         "Answer a leak: rotate or revoke, end what depends on it, tell who must know", takes("NewLeak"),
         answers("ReportedLeak", 201)),
    get("listApplianceLeakKinds", "/api/v1/appliance/leak-kinds", administrator, Leaks<LeakOwnerKind::appliance>::kinds,
        "What can leak", answers("LeakKindList")),
    get("listApplianceLeakSubjects", "/api/v1/appliance/leak-subjects", administrator,
        Leaks<LeakOwnerKind::appliance>::secrets, "What there is of a kind", asks("kind q"),
        answers("LeakSubjectList")),
    get("planApplianceLeak", "/api/v1/appliance/leak-plan", administrator, Leaks<LeakOwnerKind::appliance>::plan,
        "What answering it will do", asks("kind subject"), answers("LeakPlan")),
    get("showApplianceLeak", "/api/v1/appliance/leaks/{id}", administrator, Leaks<LeakOwnerKind::appliance>::show,
        "One leak with its checklist", answers("WholeLeak")),
    patch("changeApplianceLeak", "/api/v1/appliance/leaks/{id}", administrator, Leaks<LeakOwnerKind::appliance>::change,
          "Close it, or open it again", takes("LeakChange"), answers("WholeLeak")),
    patch("tickApplianceLeakStep", "/api/v1/appliance/leaks/{id}/steps/{n}", administrator,
          Leaks<LeakOwnerKind::appliance>::tick, "Tick a step of the checklist, with a note", takes("LeakStepChange"),
          answers("WholeLeak")),
    get("exportApplianceLeak", "/api/v1/appliance/leaks/{id}/export", administrator,
        Leaks<LeakOwnerKind::appliance>::document, "The leak for the file: JSON or Markdown", asks("format"),
        answers("application/octet-stream")),

    // The appliance's legal texts, whom to tell about a weakness, and the keys
    get("listLegalTexts", "/api/v1/legal", anyone, list_legal_texts, "The appliance's legal texts",
        answers("LegalTextList")),
    post("acceptLegalText", "/api/v1/legal/accept", session.before_agreement(), accept_legal_text,
         "Agree to the version that was shown", takes("LegalAcceptance"), answers("LegalPending")),
    get("showLegalText", "/api/v1/legal/{name}", anyone, show_legal_text, "One text, as blocks of words",
        answers("LegalText")),
    get("ownLegalState", "/api/v1/account/legal", session.before_agreement(), own_legal_state,
        "What I agreed to, and what waits for it", answers("OwnLegalState")),
    get("listAcceptances", "/api/v1/appliance/legal-acceptances", administrator, list_acceptances,
        "Who agreed to which version, when, from where", asks("format"), answers("AcceptanceList")),
    get("showSecurityPolicy", "/api/v1/security-policy", anyone, show_security_policy,
        "Whom to tell about a weakness, and by which rules", answers("SecurityPolicy")),
    put("changeSecurityPolicy", "/api/v1/appliance/security-policy", administrator, change_security_policy,
        "Set whom to tell about a weakness", takes("SecurityPolicyChange"), answers("SecurityPolicy")),
    get("showKeys", "/api/v1/appliance/keys", administrator, show_keys,
        "Where the master key comes from, and its generation", answers("Keys")),
    post("rotateKeys", "/api/v1/appliance/keys/rotate", administrator, rotate_keys,
         "A new master key; every stored secret sealed anew", answers("RotatedKeys")),
    get("securityTxt", "/.well-known/security.txt", anyone, security_txt, "Whom to tell about a weakness (RFC 9116)",
        answers("text/plain")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::trust
