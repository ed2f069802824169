// A person's program at the API of the running appliance, over plain HTTP on loopback: keeps the cookie and the CSRF
// token, speaks JSON. One connection a request. One thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace connlog {

class HttpSession {
 public:
  explicit HttpSession(std::uint16_t port) : port_(port) {}

  struct Reply {
    int status = 0;
    std::string body;
    nlohmann::json json;  // null where the body is none
  };
  Reply get(const std::string& path) { return send("GET", path, nullptr); }
  Reply post(const std::string& path, const nlohmann::json& body) { return send("POST", path, &body); }
  Reply remove(const std::string& path) { return send("DELETE", path, nullptr); }
  Reply patch(const std::string& path, const nlohmann::json& body) { return send("PATCH", path, &body); }
  Reply put(const std::string& path, const nlohmann::json& body) { return send("PUT", path, &body); }

  // As a program with a token of its own: without cookie and CSRF token.
  Reply post_as(const std::string& bearer, const std::string& path, const nlohmann::json& body);

  // "connlog_loopback=cls_…"; empty before the login.
  const std::string& cookie() const { return cookie_; }
  const std::string& csrf_token() const { return csrf_; }

  // With the one-time link that `output` (the server's) shows. Gives the workspace's path under /api/v1, or "" with the
  // answer in `failure`.
  std::string set_up(const std::string& server_output, std::string& failure);
  // The same for somebody who is known already: the path of their first workspace.
  std::string log_in(const std::string& mail, const std::string& password, std::string& failure);

 private:
  Reply send(const std::string& method, const std::string& path, const nlohmann::json* body);

  std::uint16_t port_;
  std::string cookie_, csrf_, bearer_;
};

}  // namespace connlog
