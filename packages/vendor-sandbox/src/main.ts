import { readConfig } from './config.ts';
import { startSandbox } from './sandbox.ts';

const config = readConfig(process.env);
const sandbox = await startSandbox({
  port: config.SANDBOX_PORT,
  smtpPort: config.SANDBOX_SMTP_PORT,
  imapPort: config.SANDBOX_IMAP_PORT,
  host: config.SANDBOX_HOST,
  publicUrl: config.PUBLIC_URL,
  ...(config.SANDBOX_PUBLIC_URL && { ownUrl: config.SANDBOX_PUBLIC_URL }),
  logLevel: config.LOG_LEVEL,
});

const stop = (): void => {
  void sandbox.close().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
