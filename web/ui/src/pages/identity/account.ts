// The shapes of the API about one's own account.
import type { Time } from "../../lib/types";

export interface MailChange {
  mail: string;
  former_agreed: boolean;
  new_agreed: boolean;
  expires_at: Time;
}

export interface Account {
  id: string;
  name: string;
  mail: string;
  mail_verified_at: Time | null;
  created_at: Time;
  last_login_at: Time | null;
  has_password: boolean;
  password_changed_at: Time | null;
  login_notices: boolean;
  mail_change: MailChange | null;
  owned_alone: string[];
  mail_works: boolean;
  backups_hold: string;
}

export interface OwnSession {
  id: string;
  current: boolean;
  device: string;
  address: string;
  created_at: Time;
  last_seen_at: Time;
  expires_at: Time;
}
