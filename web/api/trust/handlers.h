// Handlers of the room trust: the appliance's legal texts, whom to tell about a weakness, the keys, leaks.
// Any worker; what runs inside `ctx.write` runs on the writer thread.
#pragma once

#include "core/trust/leak.h"
#include "web/api/parts.h"
#include "web/api/request_context.h"
#include "web/api/routes.h"
#include "web/api/trust/services.h"

namespace connlog::web::trust {

std::span<const Route> routes();
std::span<const PersonPart> own_data_parts();

// legal.cpp
Result<Reply> list_legal_texts(Context&);
Result<Reply> show_legal_text(Context&);
Result<Reply> own_legal_state(Context&);
Result<Reply> accept_legal_text(Context&);
Result<Reply> list_acceptances(Context&);
Result<Reply> show_security_policy(Context&);
Result<Reply> change_security_policy(Context&);
Result<Reply> security_txt(Context&);
Result<Reply> show_keys(Context&);
Result<Reply> rotate_keys(Context&);

// leaks.cpp
template <LeakOwnerKind owner_kind>
struct Leaks {
  static Result<Reply> list(Context&);
  static Result<Reply> kinds(Context&);
  static Result<Reply> secrets(Context&);
  static Result<Reply> plan(Context&);
  static Result<Reply> report(Context&);
  static Result<Reply> show(Context&);
  static Result<Reply> change(Context&);  // close, open again
  static Result<Reply> tick(Context&);
  static Result<Reply> document(Context&);  // for the file: JSON or Markdown
};

extern template struct Leaks<LeakOwnerKind::workspace>;
extern template struct Leaks<LeakOwnerKind::account>;
extern template struct Leaks<LeakOwnerKind::appliance>;

}  // namespace connlog::web::trust
