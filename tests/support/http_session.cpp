#include "tests/support/http_session.h"

#include "tests/support/agent_emulator.h"
#include "tests/support/server_process.h"

namespace connlog {

HttpSession::Reply HttpSession::send(const std::string& method, const std::string& path, const nlohmann::json* body) {
  const std::string authority = "127.0.0.1:" + std::to_string(port_);
  std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + authority +
                        "\r\nConnection: close\r\nOrigin: http://" + authority + "\r\n";
  if (!cookie_.empty()) request += "Cookie: " + cookie_ + "\r\n";
  if (!bearer_.empty()) request += "Authorization: Bearer " + bearer_ + "\r\n";
  if (!csrf_.empty()) request += "X-CSRF-Token: " + csrf_ + "\r\n";
  const std::string text = body == nullptr ? "" : body->dump();
  if (method != "GET")
    request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n";
  const GenuineAgent::Answer answer = GenuineAgent::parse_answer(exchange_bytes(port_, request + "\r\n" + text));
  if (const std::string cookie = answer.header("set-cookie"); !cookie.empty())
    cookie_ = cookie.substr(0, cookie.find(';'));
  Reply reply{.status = answer.status, .body = answer.body, .json = nlohmann::json::parse(answer.body, nullptr, false)};
  if (reply.json.is_discarded()) reply.json = nullptr;
  if (reply.json.is_object() && reply.json.contains("csrf_token")) csrf_ = reply.json["csrf_token"];
  return reply;
}

HttpSession::Reply HttpSession::post_as(const std::string& bearer, const std::string& path,
                                        const nlohmann::json& body) {
  HttpSession program(port_);
  program.bearer_ = bearer;
  return program.post(path, body);
}

std::string HttpSession::set_up(const std::string& server_output, std::string& failure) {
  const auto at = server_output.find("#token=");
  const auto begin = at == std::string::npos ? server_output.size() : at + 7;
  const std::string token = server_output.substr(begin, server_output.find('\n', begin) - begin);
  const Reply reply = post("/api/v1/setup", {{"token", token},
                                             {"name", "Ada"},
                                             {"mail", "ada@example.org"},
                                             {"password", "correct horse battery staple 7"},
                                             {"workspace_name", "House"}});
  if (reply.status != 201 || !reply.json.contains("workspaces")) {
    failure = std::to_string(reply.status) + " " + reply.body + "\n" + server_output;
    return {};
  }
  return "/api/v1/workspaces/" + reply.json["workspaces"][0]["id"].get<std::string>();
}

std::string HttpSession::log_in(const std::string& mail, const std::string& password, std::string& failure) {
  const Reply reply = post("/api/v1/login", {{"mail", mail}, {"password", password}});
  if (reply.status != 200 || !reply.json.contains("workspaces") || reply.json["workspaces"].empty()) {
    failure = std::to_string(reply.status) + " " + reply.body;
    return {};
  }
  return "/api/v1/workspaces/" + reply.json["workspaces"][0]["id"].get<std::string>();
}

}  // namespace connlog
