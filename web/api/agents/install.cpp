// What a host needs to become an agent: the script, and the executable that the script downloads and verifies.
#include <fmt/format.h>

#include "web/api/agent_programs.h"
#include "web/api/agents/handlers.h"

namespace connlog::web::agents {

Result<Reply> install_script(Context& ctx) {
  const std::string script = TRY(render_install_script(install_facts(ctx.options(), &ctx.programs())));
  return Reply{.status = 200, .content_type = "text/x-shellscript; charset=utf-8", .body = script};
}

Result<Reply> download_agent(Context& ctx) {
  Reply reply{.status = 200, .content_type = "application/octet-stream"};
  reply.source = TRY(ctx.programs().open(ctx.request().path_value("target"), reply.source_length));
  reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"connlog\"");
  return reply;
}

// Answers an unknown path under /download/ with a plain 404, whatever the Host header says, so that an installer never
// gets a page of the interface.
Result<Reply> unknown_download(Context&) {
  return problem_of_status(404);
}

}  // namespace connlog::web::agents
