/** The body of `mail/send`, after its check. https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
export interface MailSendBody {
  personalizations: Personalization[];
  from: EmailObject;
  reply_to?: EmailObject;
  reply_to_list?: EmailObject[];
  subject?: string;
  content?: { type: string; value: string }[];
  attachments?: {
    content: string;
    filename: string;
    type?: string;
    disposition?: string;
    content_id?: string;
  }[];
  template_id?: string;
  headers?: Record<string, string>;
  categories?: string[];
  custom_args?: Record<string, string>;
  mail_settings?: { sandbox_mode?: { enable?: boolean } };
}

/** Receivers of one mail, and what is special about it. */
export interface Personalization {
  to: EmailObject[];
  cc?: EmailObject[];
  bcc?: EmailObject[];
  from?: EmailObject;
  subject?: string;
  headers?: Record<string, string>;
  custom_args?: Record<string, string>;
  substitutions?: Record<string, string>;
}

export interface EmailObject {
  email: string;
  name?: string;
}
