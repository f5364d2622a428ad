import { Module } from '@nestjs/common';
import { describeAccess } from './access.openapi';
import {
  InstallationsController,
  IntegrationsController,
  MappingsController,
  RegionsController,
} from './directory.controllers';

// Once in a process, whatever number of apps it makes.
describeAccess();

/** The admin API of the directory. Needs DirectoryModule and AdminAccessModule. */
@Module({ controllers: [MappingsController, IntegrationsController, InstallationsController, RegionsController] })
export class AdminModule {}
