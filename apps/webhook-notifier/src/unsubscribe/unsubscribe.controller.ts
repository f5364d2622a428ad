import { Controller, Get, Header, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { MailOptOuts } from './mail-opt-outs';

const page = (text: string, button = ''): string =>
  `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Mails about apps</title><body style="font: 16px/1.5 sans-serif; padding: 24px"><p>${text}</p>${button}</body></html>\n`;

/** What the address in `List-Unsubscribe` answers: a question to people who open it, the deed to a POST of their mail reader. */
@Controller('mail/unsubscribe')
export class UnsubscribeController {
  constructor(private readonly optOuts: MailOptOuts) {}

  /** Link scanners open links: a GET changes nothing. */
  @Get(':token')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('Cache-Control', 'no-store')
  ask(@Param('token') token: string): string {
    this.read(token);
    return page(
      'No more warnings about apps of this organization?',
      '<form method="post"><button>Unsubscribe</button></form>',
    );
  }

  @Post(':token')
  @HttpCode(200)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('Cache-Control', 'no-store')
  async unsubscribe(@Param('token') token: string): Promise<string> {
    await this.optOuts.add(this.read(token));
    return page('You get no more warnings. You are still told when webhooks are switched off.');
  }

  private read(token: string) {
    const wish = this.optOuts.read(token);
    if (wish === undefined) throw new NotFoundException('this address is not one of ours, or its key is gone');
    return wish;
  }
}
