// What a TCP check says and expects in the protocols that are known: one table. A preset is a conversation over
// core/checks/kinds/stream_talk that ends as soon as the server has shown that it speaks its protocol and takes clients.
// It logs in nowhere: a server that asks for a login lives. Pure but for the conversation, which belongs to its runtime's
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/checks/kinds/stream_talk.h"

namespace connlog {

struct PresetAsk {
  bool starttls = false;    // TLS begins in between
  std::string expect = {};  // ssh: the fingerprint of the host key
};

struct Preset {
  std::string_view word;   // stored: never renamed
  std::string_view label;  // for people
  std::uint16_t port = 0;  // the usual one
  std::uint16_t tls_port = 0;  // where it speaks TLS from the beginning; 0: nowhere
  bool has_starttls = false;
  StreamTalk::Turn (*turn)(PresetAsk ask) = nullptr;
};

std::span<const Preset> tcp_presets();
const Preset* find_preset(std::string_view word);  // null: none, or an unknown one

// core/checks/kinds/ssh_greeting.cpp: banner, key exchange up to the host key, its fingerprint.
StreamTalk::Turn ssh_turn(PresetAsk ask);
// "SHA256:" and 43 characters of base64, as ssh-keygen -l prints it.
bool is_ssh_fingerprint(std::string_view text);

}  // namespace connlog
