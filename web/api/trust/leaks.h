// "Something leaked", the same for a workspace, for oneself and for the appliance's people: the place follows from the route.
#pragma once

#include "core/trust/leak.h"
#include "web/api/request_context.h"

namespace connlog::web::trust {

template <LeakPlace place>
struct Leaks {
  static Result<Reply> list(Context&);
  static Result<Reply> kinds(Context&);
  static Result<Reply> subjects(Context&);
  static Result<Reply> plan(Context&);
  static Result<Reply> report(Context&);
  static Result<Reply> show(Context&);
  static Result<Reply> change(Context&);  // close, open again
  static Result<Reply> tick(Context&);
  static Result<Reply> document(Context&);  // for the file: JSON or Markdown
};

extern template struct Leaks<LeakPlace::workspace>;
extern template struct Leaks<LeakPlace::account>;
extern template struct Leaks<LeakPlace::appliance>;

}  // namespace connlog::web::trust
