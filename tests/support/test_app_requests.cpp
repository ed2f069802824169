// Requests as bytes, through the same door that the connection loop uses, and answers as they would go over the wire.
#include <poll.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/give_up.h"
#include "tests/support/test_app.h"
#include "web/server/loop/inbox.h"
#include "web/server/loop/stream_buffer.h"

namespace connlog {

using test::give_up;

namespace {

constexpr int kPatienceMs = 20'000;  // the machine may be busy; nothing here waits for time to pass

// What the loop would get for one connection.
struct Wire {
  std::shared_ptr<web::loop::Inbox> inbox = std::make_shared<web::loop::Inbox>();

  web::Responder responder() {
    return web::Responder(std::make_shared<web::Responder::Channel>(inbox, web::loop::ConnectionId{}));
  }

  std::vector<web::loop::Message> next() {
    std::vector<web::loop::Message> messages;
    for (;;) {
      inbox->take(messages);
      if (!messages.empty()) return messages;
      if (!inbox->may_sleep()) continue;
      pollfd wait{inbox->descriptor(), POLLIN, 0};
      if (::poll(&wait, 1, kPatienceMs) <= 0) give_up("no answer came");
    }
  }
};

ApiAnswer parse(const std::string& wire) {
  ApiAnswer answer;
  const std::size_t head_end = wire.find("\r\n\r\n");
  if (head_end == std::string::npos || wire.substr(0, 9) != "HTTP/1.1 ")
    give_up("not an HTTP response: " + wire.substr(0, 100));
  answer.status = std::atoi(wire.c_str() + 9);
  std::size_t at = wire.find("\r\n") + 2;
  while (at < head_end + 2) {
    const std::size_t end = wire.find("\r\n", at);
    const std::size_t colon = wire.find(": ", at);
    if (colon == std::string::npos || colon > end) give_up("a header without a colon: " + wire.substr(at, end - at));
    answer.headers.emplace_back(wire.substr(at, colon - at), wire.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  answer.body = wire.substr(head_end + 4);
  return answer;
}

std::string render(const Ask& ask, const std::string& path, const Person* as) {
  std::string bytes = ask.method + " " + path + " HTTP/1.1\r\n";
  if (!ask.host.empty()) bytes += "Host: " + ask.host + "\r\n";
  if (ask.as_browser && !ask.body.empty()) bytes += "Content-Type: application/json\r\n";
  if (ask.as_browser && as != nullptr) bytes += "Cookie: " + as->cookie + "\r\nX-CSRF-Token: " + as->csrf + "\r\n";
  for (const auto& [name, value] : ask.headers) bytes += name + ": " + value + "\r\n";
  if (!ask.body.empty() || (ask.method != "GET" && ask.method != "HEAD"))
    bytes += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
  return bytes + "\r\n" + ask.body;
}

}  // namespace

struct TestStream::Inside {
  Wire wire;
  std::shared_ptr<web::loop::StreamBuffer> buffer;
};

std::string TestStream::read() {
  return inside_->buffer->take().bytes;
}
bool TestStream::is_open() const {
  return inside_->buffer->is_open();
}
void TestStream::leave() {
  inside_->buffer->connection_closed();
}

std::string ApiAnswer::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

nlohmann::json ApiAnswer::json() const {
  nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded()) give_up("not JSON: " + body.substr(0, 200));
  return parsed;
}

ApiAnswer TestApp::log_in(const std::string& mail, const std::string& password, const std::string& address) {
  Ask ask{
      .method = "POST", .path = "/api/v1/login", .body = nlohmann::json{{"mail", mail}, {"password", password}}.dump()};
  ask.address = address;
  return send(ask);
}

Person TestApp::browser_of(const std::string& mail) {
  const ApiAnswer answer = log_in(mail, kPassword);
  if (answer.status != 200) give_up("login was refused: " + answer.body);
  Person person;
  const nlohmann::json me = answer.json();
  person.mail = mail;
  person.name = me["user"]["name"];
  person.csrf = me["csrf_token"];
  if (!UserId::parse(me["user"]["id"].get<std::string>(), person.id)) give_up("no user id");
  const std::string cookie = answer.header("Set-Cookie");
  person.cookie = cookie.substr(0, cookie.find(';'));
  return person;
}

ApiAnswer TestApp::post(const std::string& path, const std::string& body, const Person* as) {
  return send(Ask{.method = "POST", .path = path, .body = body}, as);
}

ApiAnswer TestApp::patch(const std::string& path, const std::string& body, const Person* as) {
  return send(Ask{.method = "PATCH", .path = path, .body = body}, as);
}

ApiAnswer TestApp::send(const Ask& ask, const Person* as) {
  const web::Peer peer{ask.address, 40'000, ask.tls, ask.address == "127.0.0.1"};
  return send_bytes(render(ask, resolve(ask.path), as), peer);
}

ApiAnswer TestApp::send_bytes(const std::string& bytes, const web::Peer& peer) {
  Wire wire;
  app->handle(web::RawRequest{bytes, peer}, wire.responder());
  std::vector<web::loop::Message> messages = wire.next();
  web::loop::Message& message = messages.front();
  if (message.kind == web::loop::Message::Kind::abandoned) give_up("the request was never answered");
  if (message.kind == web::loop::Message::Kind::stream) give_up("a stream where an answer was expected");
  ApiAnswer answer = parse(message.bytes);
  answer.closes = message.after == web::After::close;
  if (message.body) {
    std::string buffer(64 * 1024, '\0');
    for (;;) {
      const std::size_t got = message.body->read(std::span(buffer.data(), buffer.size())).value();
      if (got == 0) break;
      answer.body.append(buffer, 0, got);
    }
  }
  return answer;
}

TestStream TestApp::open_stream(const Person& as) {
  TestStream stream;
  stream.inside_ = std::make_shared<TestStream::Inside>();
  Ask ask{.path = "/api/v1/events"};
  app->handle(web::RawRequest{render(ask, ask.path, &as), web::Peer{ask.address, 40'000, false, false}},
              stream.inside_->wire.responder());
  for (web::loop::Message& message : stream.inside_->wire.next()) {
    if (message.kind != web::loop::Message::Kind::stream) continue;
    stream.head = message.bytes;
    stream.inside_->buffer = message.stream;
  }
  if (!stream.inside_->buffer) give_up("no stream was opened");
  return stream;
}

}  // namespace connlog
