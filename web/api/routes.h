// The route table, one row for each route: method, path, permission, schemas, and the handler. A room lists its rows in
// web/api/<room>/routes.cpp, made by web/api/rows.h; here they are joined. A path without a row is answered with 404. A
// row without a permission does not compile. The OpenAPI document is made from the same rows (web/api/openapi).
// Immutable; any thread.
#pragma once

#include <span>
#include <string_view>

#include "core/people/roles.h"
#include "core/base/result.h"
#include "web/server/http_server.h"
#include "web/server/reply.h"

namespace connlog::web {

class Context;

// Who may use a route. There is no default: each route must name its permission (threat 14).
class Permission {
 public:
  enum class Kind {
    anyone,     // no session: the handler itself checks what it needs (a set-up token, a password)
    agent,      // an agent's bearer token, checked by core/agents; any Host
    machine,    // programs that monitor or install: no session, any Host (except routes that are only at_our_host)
    session,    // a person who is logged in
    workspace,  // a member of workspace {w} whose role allows the action; to others the workspace does not exist
    appliance,  // the appliance's administrator
  };
  static constexpr Permission anyone() { return {Kind::anyone, Action::view}; }
  static constexpr Permission agent() { return {Kind::agent, Action::view}; }
  static constexpr Permission machine() { return {Kind::machine, Action::view}; }
  static constexpr Permission session() { return {Kind::session, Action::view}; }
  static constexpr Permission appliance() { return {Kind::appliance, Action::administer_appliance}; }
  constexpr Permission(Action action) : kind_(Kind::workspace), action_(action) {}

  // Only for a session that proved a factor a short while ago (403 step_up_required otherwise). Actions of high risk
  // ask for it by themselves where the method changes something (needs_fresh_factor).
  constexpr Permission fresh() const {
    Permission copy = *this;
    copy.fresh_ = true;
    return copy;
  }

  // Also in a disabled workspace: for routes that show that it is disabled, enable it, or let people leave.
  constexpr Permission while_disabled() const {
    Permission copy = *this;
    copy.while_disabled_ = true;
    return copy;
  }

  // Also for people who have not agreed to the appliance's legal texts yet: for routes to read, to agree, or to leave.
  constexpr Permission before_agreement() const {
    Permission copy = *this;
    copy.before_agreement_ = true;
    return copy;
  }

  // For `machine`: only if the Host header names this server. In a DNS rebinding attack a foreign page sends requests
  // from this machine, too, but with another Host.
  constexpr Permission at_our_host() const {
    Permission copy = *this;
    copy.at_our_host_ = true;
    return copy;
  }

  // For `machine`: the address itself is the secret (pings). No referrer names it, no limit by address makes it wait, and
  // the handler counts wrong ones.
  constexpr Permission by_address() const {
    Permission copy = *this;
    copy.by_address_ = true;
    return copy;
  }

  // For `machine`: pages of every site may call it and read the answer (CORS). It must read no cookie. A test lists these.
  constexpr Permission from_any_page() const {
    Permission copy = *this;
    copy.from_any_page_ = true;
    return copy;
  }

  // For `machine`: the body is taken as bytes, whatever its Content-Type and Content-Encoding say.
  constexpr Permission any_body() const {
    Permission copy = *this;
    copy.any_body_ = true;
    return copy;
  }

  constexpr Kind kind() const { return kind_; }
  constexpr bool is_by_address() const { return by_address_; }
  constexpr bool is_from_any_page() const { return from_any_page_; }
  constexpr bool takes_any_body() const { return any_body_; }
  constexpr Action action() const { return action_; }
  constexpr bool wants_fresh_factor() const { return fresh_; }
  constexpr bool works_before_agreement() const { return before_agreement_; }
  constexpr bool works_while_disabled() const { return while_disabled_; }
  constexpr bool answers_any_host() const { return kind_ == Kind::agent || (kind_ == Kind::machine && !at_our_host_); }
  constexpr bool needs_session() const {
    return kind_ == Kind::session || kind_ == Kind::workspace || kind_ == Kind::appliance;
  }

 private:
  constexpr Permission(Kind kind, Action action) : kind_(kind), action_(action) {}
  Kind kind_;
  Action action_;
  bool fresh_ = false;
  bool before_agreement_ = false;
  bool while_disabled_ = false;
  bool at_our_host_ = false;
  bool by_address_ = false;
  bool from_any_page_ = false;
  bool any_body_ = false;
};

using Handler = Result<Reply> (*)(Context&);

// Names of schemas are those of web/api/schemas.
struct Route {
  std::string_view method;  // kAnyMethod: every path and method that no other row has
  std::string_view path;
  Permission permission;
  Handler handler;
  std::string_view operation;  // operationId
  std::string_view summary;
  std::string_view request = {};   // a schema; empty: no body
  int status = 200;                // of success
  std::string_view response = {};  // a schema, or a media type such as "text/plain"; empty: no body
  std::string_view query = {};     // names of query parameters, separated by spaces

  constexpr bool catches_the_rest() const { return method == kAnyMethod; }
};

// The rows of all rooms. The order is that of the look-up.
std::span<const Route> routes();

// The row that answers a request. If only the method is wrong: a row of the same path, which has its permission. Null:
// no row has the path.
const Route* find_route(std::string_view method, std::string_view path);

}  // namespace connlog::web
