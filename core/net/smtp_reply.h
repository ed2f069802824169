// What a mail server says: replies out of bytes, what it offers after EHLO, and whether a refusal is about the
// recipient or about us. Pure; any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connlog {

struct SmtpReply {
  int code = 0;
  std::vector<std::string> lines;  // without code

  bool is_good() const { return code >= 200 && code < 300; }
  // "550 5.1.1 No such user / Look at https://…", one line, for people.
  std::string shown() const;
};

class SmtpReplyReader {
 public:
  // False: this is no SMTP (a line, or a reply, without end).
  bool take(std::string_view bytes);
  std::optional<SmtpReply> next();  // oldest first

 private:
  void take_line(std::string_view line);

  std::string line_;
  SmtpReply reply_;
  std::deque<SmtpReply> whole_;
};

// The answer to EHLO. Words in any case; "AUTH=LOGIN" of old servers and commas between mechanisms are understood.
struct SmtpOffer {
  std::vector<std::string> logins;  // mechanisms of AUTH, upper case
  bool has_size = false;
  std::int64_t size_max = 0;  // bytes; 0: not said
};
SmtpOffer read_offer(const SmtpReply& ehlo);

// The command that was refused.
enum class SmtpStep { sender, recipient, data };

// Whether the refusal says nothing about this recipient or this mail: our EHLO name, address, login or sender, the
// server's policy or load. Other mails would be refused likewise, and another try helps once somebody mended it.
bool is_about_us(SmtpStep step, const SmtpReply& reply);

}  // namespace connlog
