import { Inject, Injectable } from '@nestjs/common';
import type { ControlDecision } from '@switchyard/parsers';
import { problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';

/** DI token of the list of {@link ControlView}s. */
export const CONTROL_VIEWS = Symbol('CONTROL_VIEWS');

/** A view that the control silo answers by itself. */
export interface ControlView {
  /** As decisions name it: `provider.view`. */
  readonly name: string;
  answer(request: EdgeRequest, decision: ControlDecision): Promise<Answer>;
}

/** Finds the view that a decision names. */
@Injectable()
export class ControlViews {
  private readonly views: ReadonlyMap<string, ControlView>;

  constructor(@Inject(CONTROL_VIEWS) views: readonly ControlView[]) {
    this.views = new Map(views.map((view) => [view.name, view]));
  }

  /** A view that is not built yet says so: 501, never a 2xx for something that was not handled. */
  async answer(request: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const view = this.views.get(decision.view);
    if (view === undefined) return problemAnswer(501, 'not_implemented', `${decision.view} is not implemented`);
    return view.answer(request, decision);
  }
}
