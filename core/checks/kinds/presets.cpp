#include "core/checks/kinds/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/base/text.h"

namespace connlog {
namespace {

std::string answered(std::string_view line) {
  return "answered " + shown_line(line);
}

// ── SMTP: RFC 5321 §4.2 (replies), §4.1.1.1 (EHLO), RFC 3207 (STARTTLS) ──

struct SmtpReply {
  int code = 0;
  std::vector<std::string> lines;  // without code
};

enum class ReplyState : std::uint8_t { waiting, whole, wrong };

// Takes lines off the input until a reply is whole.
ReplyState take_smtp_reply(StreamTalk& talk, SmtpReply& reply) {
  while (const auto line = talk.take_line()) {
    const bool has_code = line->size() >= 3 && std::ranges::all_of(line->substr(0, 3), [](char c) {
                            return c >= '0' && c <= '9';
                          });
    if (!has_code || (line->size() > 3 && (*line)[3] != ' ' && (*line)[3] != '-') || reply.lines.size() >= 100)
      return ReplyState::wrong;
    reply.code = ((*line)[0] - '0') * 100 + ((*line)[1] - '0') * 10 + ((*line)[2] - '0');
    reply.lines.push_back(line->size() > 4 ? line->substr(4) : std::string());
    if (line->size() == 3 || (*line)[3] == ' ') return ReplyState::whole;
  }
  return ReplyState::waiting;
}

class Smtp {
 public:
  explicit Smtp(PresetAsk ask) : ask_(std::move(ask)) {}

  void operator()(StreamTalk& talk) {
    if (step_ == Step::shaking && talk.is_secured()) {
      step_ = Step::hello;
      return hello(talk);
    }
    while (!is_over_ && step_ != Step::shaking) {
      switch (take_smtp_reply(talk, reply_)) {
        case ReplyState::waiting:
          return;
        case ReplyState::wrong:
          return wrong(talk, CheckReason::protocol_wrong, "it does not speak SMTP");
        case ReplyState::whole:
          break;
      }
      const SmtpReply reply = std::move(reply_);
      reply_ = {};
      take(talk, reply);
    }
  }

 private:
  enum class Step : std::uint8_t { greeting, hello, starttls, shaking };

  void wrong(StreamTalk& talk, CheckReason reason, std::string text) {
    is_over_ = true;
    talk.fail(reason, std::move(text));
  }
  static std::string text_of(const SmtpReply& reply) {
    return answered(fmt::format("{} {}", reply.code, reply.lines.front()));
  }
  void hello(StreamTalk& talk) {
    const std::string own = talk.local_address();
    talk.send(own.find(':') == std::string::npos ? fmt::format("EHLO [{}]\r\n", own)
                                                 : fmt::format("EHLO [IPv6:{}]\r\n", own));
  }
  void refused(StreamTalk& talk, const SmtpReply& reply) {
    wrong(talk, CheckReason::content_wrong, text_of(reply));
  }
  void take(StreamTalk& talk, const SmtpReply& reply) {
    switch (step_) {
      case Step::greeting:
        if (reply.code != 220) return refused(talk, reply);
        greeting_ = text_of(reply);
        step_ = Step::hello;
        return hello(talk);
      case Step::hello: {
        if (reply.code != 250) return refused(talk, reply);
        if (!ask_.starttls || talk.is_secured()) {
          is_over_ = true;
          talk.send("QUIT\r\n");
          return talk.succeed(greeting_);
        }
        const bool offers = std::ranges::any_of(reply.lines, [](const std::string& line) {
          return folded(line).starts_with("starttls");
        });
        if (!offers) return wrong(talk, CheckReason::tls_failed, "it offers no STARTTLS");
        step_ = Step::starttls;
        return talk.send("STARTTLS\r\n");
      }
      case Step::starttls:
        if (reply.code != 220) return refused(talk, reply);
        step_ = Step::shaking;
        return talk.start_tls();
      case Step::shaking:
        return;
    }
  }

  PresetAsk ask_;
  Step step_ = Step::greeting;
  SmtpReply reply_;
  std::string greeting_;
  bool is_over_ = false;
};

StreamTalk::Turn smtp_turn(PresetAsk ask) {
  return Smtp(std::move(ask));
}

// ── IMAP: RFC 9051 §7.1 (greeting), §6.2.1 (STARTTLS) ──

StreamTalk::Turn imap_turn(PresetAsk ask) {
  enum class Step : std::uint8_t { greeting, starttls, over };
  return [ask = std::move(ask), step = Step::greeting, greeting = std::string()](StreamTalk& talk) mutable {
    if (step == Step::starttls && talk.is_secured()) {
      step = Step::over;
      talk.send("b LOGOUT\r\n");
      return talk.succeed(greeting);
    }
    while (step != Step::over) {
      const auto line = talk.take_line();
      if (!line) return;
      const std::string word = folded(*line);
      if (step == Step::greeting) {
        if (word.starts_with("* bye")) {
          step = Step::over;
          return talk.fail(CheckReason::content_wrong, answered(*line));
        }
        if (!word.starts_with("* ok") && !word.starts_with("* preauth")) {
          step = Step::over;
          return talk.fail(CheckReason::protocol_wrong, "it does not speak IMAP");
        }
        greeting = answered(*line);
        if (!ask.starttls) {
          step = Step::over;
          talk.send("a LOGOUT\r\n");
          return talk.succeed(greeting);
        }
        step = Step::starttls;
        talk.send("a STARTTLS\r\n");
        continue;
      }
      if (word.starts_with("* ")) continue;  // it may say other things in between
      if (!word.starts_with("a ok")) {
        step = Step::over;
        return talk.fail(CheckReason::tls_failed, "it offers no STARTTLS: " + answered(*line));
      }
      return talk.start_tls();
    }
  };
}

// ── Redis: redis.io, "Redis serialization protocol specification", inline commands ──

StreamTalk::Turn redis_turn(PresetAsk) {
  return [is_asked = false](StreamTalk& talk) mutable {
    if (!is_asked) {
      is_asked = true;
      talk.send("PING\r\n");
    }
    const auto line = talk.take_line();
    if (!line) return;
    if (*line == "+PONG") return talk.succeed("answered PONG");
    // It lives and asks who we are.
    if (line->starts_with("-NOAUTH")) return talk.succeed("answered that it wants a login");
    if (line->starts_with("-")) return talk.fail(CheckReason::content_wrong, answered(line->substr(1)));
    talk.fail(CheckReason::protocol_wrong, "it does not speak Redis's protocol");
  };
}

// ── PostgreSQL: "Frontend/Backend Protocol", §55.2.11 SSL Session Encryption ──

StreamTalk::Turn postgresql_turn(PresetAsk ask) {
  return [ask = std::move(ask), is_asked = false](StreamTalk& talk) mutable {
    if (talk.is_secured()) return talk.succeed("takes connections, with TLS");
    if (!is_asked) {
      is_asked = true;
      talk.send(std::string("\x00\x00\x00\x08\x04\xd2\x16\x2f", 8));  // SSLRequest, 80877103
    }
    if (talk.input().empty()) return;
    const char answer = talk.input().front();
    talk.consume(1);
    // One byte is the whole answer; who says more says something else.
    if ((answer == 'S' || answer == 'N') && !talk.input().empty())
      return talk.fail(CheckReason::protocol_wrong, "it does not speak PostgreSQL's protocol");
    if (answer == 'S' && ask.starttls) return talk.start_tls();
    if (answer == 'N' && ask.starttls) return talk.fail(CheckReason::tls_failed, "it offers no TLS");
    if (answer == 'S') return talk.succeed("takes connections, offers TLS");
    if (answer == 'N') return talk.succeed("takes connections, offers no TLS");
    if (answer == 'E') {
      // An ErrorResponse: length, then fields; the texts in it are for people.
      const std::string_view rest = talk.input();
      const std::size_t message = rest.find(std::string_view("\0M", 2), 4);
      return talk.fail(CheckReason::content_wrong, message == std::string_view::npos
                                                       ? "answered an error"
                                                       : answered(std::string(rest.substr(message + 2)).c_str()));
    }
    talk.fail(CheckReason::protocol_wrong, "it does not speak PostgreSQL's protocol");
  };
}

// ── MySQL and MariaDB: MySQL's "Client/Server Protocol", Protocol::HandshakeV10, ERR_Packet, HandshakeResponse41 ──

// A login without a name. A client that goes away without one is counted as a failing host, and blocked after a hundred.
std::string mysql_no_login(std::uint8_t sequence) {
  std::string payload;
  const std::uint32_t can = 0x00000200U | 0x00008000U | 0x00080000U;  // PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH
  for (int i = 0; i < 4; ++i) payload.push_back(static_cast<char>(can >> (8 * i) & 0xff));
  payload += std::string("\x00\x00\x00\x01", 4);  // the longest packet: 16 MiB
  payload.push_back(33);                          // utf8
  payload += std::string(23, '\0');
  payload.push_back('\0');  // no name
  payload.push_back('\0');  // no password
  payload += std::string("mysql_native_password", 21);
  payload.push_back('\0');
  std::string packet;
  packet.push_back(static_cast<char>(payload.size()));
  packet += std::string("\0\0", 2);
  packet.push_back(static_cast<char>(sequence));
  return packet + payload;
}

StreamTalk::Turn mysql_turn(PresetAsk) {
  return [](StreamTalk& talk) {
    const std::string_view input = talk.input();
    if (input.size() < 5) return;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(input[at]); };
    const std::size_t length = byte(0) | static_cast<std::size_t>(byte(1)) << 8 | static_cast<std::size_t>(byte(2)) << 16;
    if (byte(3) != 0 || length < 2 || length > 4'096 || (byte(4) != 10 && byte(4) != 0xff))
      return talk.fail(CheckReason::protocol_wrong, "it does not speak MySQL's protocol (version 10)");
    if (input.size() < 4 + length) return;
    const std::string_view payload = input.substr(4, length);
    if (byte(4) == 0xff) {
      const int code = length >= 3 ? byte(5) | byte(6) << 8 : 0;
      return talk.fail(CheckReason::content_wrong,
                       fmt::format("answered error {}: {}", code,
                                   shown_line(payload.substr(std::min<std::size_t>(3, payload.size())))));
    }
    const std::size_t end = payload.find('\0', 1);
    if (end == std::string_view::npos)
      return talk.fail(CheckReason::protocol_wrong, "its greeting is not whole");
    const std::string text = answered("version " + std::string(payload.substr(1, end - 1)));
    talk.send(mysql_no_login(1));
    talk.succeed(text);
  };
}

// ── MQTT 3.1.1 (OASIS): §3.1 CONNECT, §3.2 CONNACK, §3.14 DISCONNECT ──

StreamTalk::Turn mqtt_turn(PresetAsk) {
  return [is_asked = false](StreamTalk& talk) mutable {
    if (!is_asked) {
      is_asked = true;
      std::array<std::uint8_t, 6> drawn{};
      talk.runtime().random().fill(drawn);
      const std::string id = "connlog" + to_hex(drawn);  // 19 characters: §3.1.3.1 promises 23
      std::string rest("\x00\x04MQTT\x04\x02\x00\x0a\x00", 11);
      rest.push_back(static_cast<char>(id.size()));
      rest += id;
      std::string packet("\x10", 1);
      packet.push_back(static_cast<char>(rest.size()));
      talk.send(packet + rest);
    }
    const std::string_view input = talk.input();
    if (input.empty()) return;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(input[at]); };
    if (byte(0) != 0x20 || (input.size() > 1 && byte(1) != 2))
      return talk.fail(CheckReason::protocol_wrong, "it does not speak MQTT");
    if (input.size() < 4) return;
    const int code = byte(3);
    if (code == 1) return talk.fail(CheckReason::content_wrong, "answered that it does not speak MQTT 3.1.1");
    if (code == 2) return talk.fail(CheckReason::content_wrong, "answered that it takes no name of ours");
    if (code == 3) return talk.fail(CheckReason::content_wrong, "answered that it is not available");
    if (code > 5) return talk.fail(CheckReason::protocol_wrong, fmt::format("answered an unknown code {}", code));
    talk.send(std::string("\xe0\x00", 2));
    // 4 and 5: it lives and asks who we are.
    talk.succeed(code == 0 ? "takes connections" : "answered that it wants a login");
  };
}

constexpr Preset kPresets[] = {
    {.word = "smtp", .label = "SMTP", .port = 25, .tls_port = 465, .has_starttls = true, .turn = smtp_turn},
    {.word = "imap", .label = "IMAP", .port = 143, .tls_port = 993, .has_starttls = true, .turn = imap_turn},
    {.word = "ssh", .label = "SSH", .port = 22, .turn = ssh_turn},
    {.word = "redis", .label = "Redis", .port = 6379, .tls_port = 6380, .turn = redis_turn},
    {.word = "postgresql", .label = "PostgreSQL", .port = 5432, .has_starttls = true, .turn = postgresql_turn},
    {.word = "mysql", .label = "MySQL, MariaDB", .port = 3306, .turn = mysql_turn},
    {.word = "mqtt", .label = "MQTT", .port = 1883, .tls_port = 8883, .turn = mqtt_turn},
};

}  // namespace

std::span<const Preset> tcp_presets() {
  return kPresets;
}

const Preset* find_preset(std::string_view word) {
  const auto found = std::ranges::find(kPresets, word, &Preset::word);
  return found == std::end(kPresets) ? nullptr : &*found;
}

}  // namespace connlog
